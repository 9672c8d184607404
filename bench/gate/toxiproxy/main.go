// Command toxiproxy runs Toxiproxy's server with one proxy, without toxics, before the address it is given.
//
// It prints the proxy's own address (host:port of loopback) once it listens, and ends when its standard input does.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: toxiproxy HOST:PORT")
	}
	// Below errors Toxiproxy tells of connections that come and go, not of their traffic.
	logger := zerolog.New(os.Stderr).Level(zerolog.ErrorLevel)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), logger)
	proxy := toxiproxy.NewProxy(server, "api", "127.0.0.1:0", os.Args[1])
	if err := server.Collection.Add(proxy, true); err != nil {
		log.Fatal(err)
	}
	fmt.Println(proxy.Listen)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		log.Fatal(err)
	}
	proxy.Stop()
}
