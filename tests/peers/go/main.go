// Command peer holds saferoom's log against Go's own implementation of notes and trees (golang.org/x/mod/sumdb).
//
//	peer verify FOLDER VKEY-FILE [KEPT-CHECKPOINT...]
//	                               checks a folder of tiles: checkpoint, entries, tiles, proofs/*.tlog-proof, request;
//	                               and that the log begins with what each kept checkpoint stands for
//	peer court-file FOLDER VKEY-FILE
//	                               checks a single entry: entry, proof.tlog-proof, and reason against its commitment
//	peer write FOLDER SIZE         writes such a folder, with log.vkey beside the checkpoint
//
// It knows nothing of saferoom: everything it needs stands in the C2SP specifications.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
	origin = "go.example.org/log"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) >= 3 && arguments[0] == "verify":
		return verify(arguments[1], arguments[2], arguments[3:])
	case len(arguments) == 3 && arguments[0] == "court-file":
		return courtFile(arguments[1], arguments[2])
	case len(arguments) == 3 && arguments[0] == "write":
		size, err := strconv.ParseInt(arguments[2], 10, 64)
		if err != nil {
			return err
		}
		return write(arguments[1], size)
	}
	return errors.New("usage: peer verify FOLDER VKEY-FILE [KEPT-CHECKPOINT...] | peer court-file FOLDER VKEY-FILE | peer write FOLDER SIZE")
}

// hashes are all hashes of a tree, in the order of tlog.StoredHashIndex.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, 0, len(indexes))
	for _, index := range indexes {
		if index >= int64(len(h)) {
			return nil, errors.New("a hash that is not stored yet")
		}
		found = append(found, h[index])
	}
	return found, nil
}

// tree is what a checkpoint says.
type tree struct {
	origin string
	size   int64
	root   tlog.Hash
}

// open verifies a signed checkpoint. tlog.ParseTree is for one origin alone, so the three lines are read here.
func open(signed []byte, verifier note.Verifier) (tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree{}, errors.New("no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tree{lines[0], size, root}, err
}

func verify(folder, vkeyFile string, kept []string) error {
	vkey, err := os.ReadFile(vkeyFile)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return err
	}
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	log, err := open(signed, verifier)
	if err != nil {
		return err
	}
	entries, err := readEntries(folder, log.size)
	if err != nil {
		return err
	}
	stored, err := store(entries)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(log.size, stored)
	if err != nil {
		return err
	}
	if root != log.root {
		return errors.New("the entries do not have the root of the checkpoint")
	}
	if err := verifyTiles(folder, log, entries); err != nil {
		return err
	}
	proofs, err := verifyProofs(folder, verifier, entries)
	if err != nil {
		return err
	}
	requests, err := verifyRequest(folder, verifier, stored)
	if err != nil {
		return err
	}
	for _, path := range kept {
		if err := verifyKept(path, verifier, log, stored); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d entries, %d proofs of entries, %d requests, %d kept checkpoints: verified\n",
		log.origin, log.size, proofs, requests, len(kept))
	if len(kept) == 0 {
		fmt.Println("no kept checkpoint: a log that was cut and signed anew would look the same")
	}
	return nil
}

// verifyKept: the log still begins with everything that it held when the checkpoint was kept.
func verifyKept(path string, verifier note.Verifier, log tree, stored hashes) error {
	signed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	old, err := open(signed, verifier)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if old.size > log.size {
		return fmt.Errorf("%s: the log had %d entries and has %d: its end was cut off", path, old.size, log.size)
	}
	root, err := tlog.TreeHash(old.size, stored)
	if err != nil {
		return err
	}
	if root != old.root {
		return fmt.Errorf("%s: the log had another root at %d entries: it was rewritten", path, old.size)
	}
	return nil
}

func readEntries(folder string, size int64) ([][]byte, error) {
	var entries [][]byte
	for int64(len(entries)) < size {
		wanted := min(size-int64(len(entries)), width)
		tile := tlog.Tile{H: height, L: 0, N: int64(len(entries)) / width, W: int(wanted)}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		rest, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < wanted; i++ {
			if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
				return nil, fmt.Errorf("%s is cut", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(rest))
			entries = append(entries, rest[2:end])
			rest = rest[end:]
		}
		if len(rest) != 0 {
			return nil, fmt.Errorf("%s has more than it should", path)
		}
	}
	return entries, nil
}

func store(entries [][]byte) (hashes, error) {
	var stored hashes
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, stored)
		if err != nil {
			return nil, err
		}
		stored = append(stored, more...)
	}
	return stored, nil
}

// tiles reads C2SP tile paths, which leave out the height.
type tiles struct{ folder string }

func (t tiles) Height() int { return height }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(t.folder, c2spPath(tile)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func c2spPath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

// verifyTiles takes every leaf hash out of the tiles; tlog proves each against the root.
func verifyTiles(folder string, log tree, entries [][]byte) error {
	if log.size == 0 {
		return nil
	}
	reader := tlog.TileHashReader(tlog.Tree{N: log.size, Hash: log.root}, tiles{folder})
	for first := int64(0); first < log.size; first += width {
		var indexes []int64
		for i := first; i < min(first+width, log.size); i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, i))
		}
		found, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, hash := range found {
			if hash != tlog.RecordHash(entries[first+int64(i)]) {
				return fmt.Errorf("the tiles have another hash for entry %d", first+int64(i))
			}
		}
	}
	return nil
}

func verifyProofs(folder string, verifier note.Verifier, entries [][]byte) (int, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	if err != nil {
		return 0, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		if err := verifyProof(text, verifier, func(index int64) ([]byte, error) { return entries[index], nil }); err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
	}
	return len(paths), nil
}

// verifyProof checks a proof (C2SP tlog-proof) of the entry that it is about.
func verifyProof(text []byte, verifier note.Verifier, entry func(int64) ([]byte, error)) error {
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 2 {
		return errors.New("this is no proof")
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	hashes, err := parseHashes(lines[1:])
	if err != nil {
		return err
	}
	log, err := open(checkpoint, verifier)
	if err != nil {
		return err
	}
	bytes, err := entry(index)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(tlog.RecordProof(hashes), log.size, log.root, index, tlog.RecordHash(bytes))
}

// courtFile checks a single entry alone. The entry is CBOR, which is not read here: that it commits to the reason shows
// by the 32 bytes of the SHA-256 standing in it.
func courtFile(folder, vkeyFile string) error {
	vkey, err := os.ReadFile(vkeyFile)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(filepath.Join(folder, "entry"))
	if err != nil {
		return err
	}
	proof, err := os.ReadFile(filepath.Join(folder, "proof.tlog-proof"))
	if err != nil {
		return err
	}
	if err := verifyProof(proof, verifier, func(int64) ([]byte, error) { return entry, nil }); err != nil {
		return err
	}
	reason, err := os.ReadFile(filepath.Join(folder, "reason"))
	switch {
	case errors.Is(err, os.ErrNotExist):
		fmt.Println("the entry stands in the log: verified")
		return nil
	case err != nil:
		return err
	}
	commitment := sha256.Sum256(reason)
	if !bytes.Contains(entry, commitment[:]) {
		return errors.New("the entry does not commit to this reason")
	}
	fmt.Println("the entry stands in the log and commits to the reason: verified")
	return nil
}

// verifyRequest checks the body of add-checkpoint (C2SP tlog-witness) against the entries.
func verifyRequest(folder string, verifier note.Verifier, stored hashes) (int, error) {
	text, err := os.ReadFile(filepath.Join(folder, "request"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	head, checkpoint, _ := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil {
		return 0, err
	}
	proof, err := parseHashes(lines[1:])
	if err != nil {
		return 0, err
	}
	log, err := open(checkpoint, verifier)
	if err != nil {
		return 0, err
	}
	oldRoot, err := tlog.TreeHash(old, stored)
	if err != nil {
		return 0, err
	}
	return 1, tlog.CheckTree(tlog.TreeProof(proof), log.size, log.root, old, oldRoot)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// write makes a log of entries "entry 0", "entry 1", ...; the proof of the middle one; a request from a third of it.
func write(folder string, size int64) error {
	private, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return err
	}
	var entries [][]byte
	for i := int64(0); i < size; i++ {
		entries = append(entries, []byte(fmt.Sprintf("entry %d", i)))
	}
	stored, err := store(entries)
	if err != nil {
		return err
	}
	for _, tile := range tlog.NewTiles(height, 0, size) {
		data, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		if err := writeFile(folder, c2spPath(tile), data); err != nil {
			return err
		}
		if tile.L != 0 {
			continue
		}
		var bundle []byte
		for _, entry := range entries[tile.N*width:][:tile.W] {
			bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(entry)))
			bundle = append(bundle, entry...)
		}
		path := strings.Replace(c2spPath(tile), "tile/0/", "tile/entries/", 1)
		if err := writeFile(folder, path, bundle); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(size, stored)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
	checkpoint, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return err
	}
	index, old := size/2, size/3
	inclusion, err := tlog.ProveRecord(size, index, stored)
	if err != nil {
		return err
	}
	consistency, err := tlog.ProveTree(size, old, stored)
	if err != nil {
		return err
	}
	proof := fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s", index, printed(inclusion), checkpoint)
	request := fmt.Sprintf("old %d\n%s\n%s", old, printed(consistency), checkpoint)
	files := map[string]string{
		"checkpoint": string(checkpoint),
		"log.vkey":   vkey + "\n",
		"request":    request,
		fmt.Sprintf("proofs/%d.tlog-proof", index): proof,
	}
	for path, text := range files {
		if err := writeFile(folder, path, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

func printed(hashes []tlog.Hash) string {
	var text strings.Builder
	for _, hash := range hashes {
		fmt.Fprintf(&text, "%s\n", hash)
	}
	return text.String()
}

func writeFile(folder, path string, data []byte) error {
	whole := filepath.Join(folder, path)
	if err := os.MkdirAll(filepath.Dir(whole), 0o755); err != nil {
		return err
	}
	return os.WriteFile(whole, data, 0o644)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
