// Command porcupine judges a history of lock and unlock operations against the model of a mutex.
//
// It reads one operation a line, "lock|unlock CLIENT CALL RETURN" (whole numbers, microseconds, a closed interval), and
// prints one JSON line: the verdict (Ok, Illegal or Unknown when the time was up), the milliseconds that the check alone
// took by the clock and of the processors (all threads), and the peak memory of the process in bytes.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

const nobody = -1

// mutex is held by one client at a time; only its holder unlocks it.
var mutex = porcupine.Model{
	Init: func() any { return nobody },
	Step: func(state, input, _ any) (bool, any) {
		holder, operation := state.(int), input.(operation)
		if operation.lock {
			return holder == nobody, operation.client
		}
		return holder == operation.client, nobody
	},
}

type operation struct {
	lock   bool
	client int
}

type result struct {
	Verdict string  `json:"verdict"`
	Ms      float64 `json:"ms"`
	CPUMs   float64 `json:"cpuMs"`
	Peak    int64   `json:"peak"`
}

func read(from io.Reader) ([]porcupine.Operation, error) {
	var history []porcupine.Operation
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		var kind string
		var client int
		var call, end int64
		if _, err := fmt.Sscan(lines.Text(), &kind, &client, &call, &end); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(history)+1, err)
		}
		history = append(history, porcupine.Operation{
			ClientId: client,
			Input:    operation{lock: kind == "lock", client: client},
			Call:     call,
			Return:   end,
		})
	}
	return history, lines.Err()
}

func used() syscall.Rusage {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return usage
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Microseconds()) / 1000
}

func main() {
	timeout := flag.Duration("timeout", time.Minute, "give the check up after this long")
	flag.Parse()
	history, err := read(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	before := used()
	began := time.Now()
	verdict := porcupine.CheckOperationsTimeout(mutex, history, *timeout)
	took := time.Since(began)
	after := used()
	cpu := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	answer := result{string(verdict), milliseconds(took), milliseconds(cpu), after.Maxrss * 1024}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}
