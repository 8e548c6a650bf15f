// Command tessera holds a bundle of saferoom against Tessera's own check of a tlog-tiles directory.
//
//	tessera FOLDER VKEY-FILE
//
// It reads checkpoint, entries and tiles, and computes every tile anew. It knows nothing of saferoom.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: tessera FOLDER VKEY-FILE")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "tessera:", err)
		os.Exit(1)
	}
	fmt.Println("tessera: verified")
}

func check(folder, vkeyFile string) error {
	vkey, err := os.ReadFile(vkeyFile)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return err
	}
	source := client.FileFetcher{Root: folder}
	return fsck.New(verifier.Name(), verifier, source, leaves, fsck.Opts{N: 2}).Check(context.Background())
}

// leaves are the leaf hashes of a bundle of entries.
func leaves(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}
