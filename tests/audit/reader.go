// Reads a log's folder with Go's own note and tlog packages, and proves every entry in it.
// Usage: reader FOLDER KEY [OLDSIZE OLDROOT]; prints the size, or says what is wrong.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		body, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		read = append(read, body)
	}
	return read, nil
}

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func check(err error) {
	if err != nil {
		fmt.Println("NOT SOUND:", err)
		os.Exit(1)
	}
}

func bundle(root string, number, width int64) [][]byte {
	tile := tlog.Tile{H: 8, L: 0, N: number, W: int(width)}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	body, err := os.ReadFile(filepath.Join(root, path))
	check(err)
	var entries [][]byte
	for len(body) > 0 {
		length := int(binary.BigEndian.Uint16(body))
		entries = append(entries, body[2:2+length])
		body = body[2+length:]
	}
	return entries
}

func main() {
	root := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	body, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	check(err)
	opened, err := note.Open(body, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("origin %q", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], hash)
	reader := tlog.TileHashReader(tree, folder(root))
	for first := int64(0); first < size; first += 256 {
		width := size - first
		if width > 256 {
			width = 256
		}
		for at, entry := range bundle(root, first/256, width) {
			index := first + int64(at)
			proof, err := tlog.ProveRecord(size, index, reader)
			check(err)
			check(tlog.CheckRecord(proof, size, tree.Hash, index, tlog.RecordHash(entry)))
		}
	}
	if len(os.Args) > 4 {
		old, err := strconv.ParseInt(os.Args[3], 10, 64)
		check(err)
		oldHash, err := tlog.ParseHash(os.Args[4])
		check(err)
		proof, err := tlog.ProveTree(size, old, reader)
		check(err)
		check(tlog.CheckTree(proof, size, tree.Hash, old, oldHash))
	}
	fmt.Println("SOUND:", size)
}
