// Command peers is the log of golang.org/x/mod/sumdb/tlog in the comparison: hashes in memory, one core.
//
// It answers the same commands as the programs in Rust (benches/peers/common/src/log.rs): `append N`, `prove N SEED`,
// `check N SEED`, with times of the processor and of the clock in nanoseconds.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// stored holds all hashes of the tree, in the order of tlog.StoredHashIndex.
type stored []tlog.Hash

func (hashes stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = hashes[index]
	}
	return found, nil
}

func main() {
	runtime.GOMAXPROCS(1)
	var hashes stored
	var size int64
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		times, seed := number(words, 1), number(words, 2)
		var more string
		var cpu, wall time.Duration
		switch words[0] {
		case "append":
			hashes, size = nil, times
			cpu, wall = took(func() {
				for n := int64(0); n < times; n++ {
					next, err := tlog.StoredHashes(n, entry(n), hashes)
					must(err)
					hashes = append(hashes, next...)
				}
			})
			root := root(size, hashes)
			more = hex.EncodeToString(root[:])
		case "prove":
			cpu, wall = took(func() { prove(picks(size, times, seed), size, hashes) })
		case "check":
			which := picks(size, times, seed)
			proofs, root := prove(which, size, hashes), root(size, hashes)
			cpu, wall = took(func() {
				for i, n := range which {
					must(tlog.CheckRecord(proofs[i], size, root, n, tlog.RecordHash(entry(n))))
				}
			})
		default:
			panic("unknown command " + words[0])
		}
		fmt.Println(cpu.Nanoseconds(), wall.Nanoseconds(), more)
	}
}

func entry(n int64) []byte {
	bytes := make([]byte, 200)
	for i := range bytes {
		bytes[i] = 0x5A
	}
	binary.BigEndian.PutUint64(bytes, uint64(n))
	return bytes
}

func root(size int64, hashes stored) tlog.Hash {
	root, err := tlog.TreeHash(size, hashes)
	must(err)
	return root
}

func prove(which []int64, size int64, hashes stored) []tlog.RecordProof {
	proofs := make([]tlog.RecordProof, len(which))
	for i, n := range which {
		proof, err := tlog.ProveRecord(size, n, hashes)
		must(err)
		proofs[i] = proof
	}
	return proofs
}

// picks chooses as the programs in Rust do.
func picks(count, many, seed int64) []int64 {
	which := make([]int64, many)
	for i := range which {
		which[i] = (int64(i)*7919 + seed*104729) % max(count, 1)
	}
	return which
}

func max(a, b int64) int64 {
	if a > b {
		return a
	}
	return b
}

func took(work func()) (cpu, wall time.Duration) {
	begunCPU, begun := processor(), time.Now()
	work()
	return processor() - begunCPU, time.Since(begun)
}

// processor is the time of this process on the processor, with the system's work for it and the collector's.
func processor() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func number(words []string, at int) int64 {
	if at >= len(words) {
		return 0
	}
	value, err := strconv.ParseInt(words[at], 10, 64)
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
