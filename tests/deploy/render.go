// Renders a chart's templates as its engine does, with the functions that the chart uses: values as
// JSON on standard input, files as arguments. Go's own template package is what the engine stands on.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"text/template"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var given map[string]interface{}
	must(json.NewDecoder(os.Stdin).Decode(&given))
	functions := template.FuncMap{
		"quote": func(value interface{}) string { return strconv.Quote(fmt.Sprint(value)) },
		"toJson": func(value interface{}) (string, error) {
			body, err := json.Marshal(value)
			return string(body), err
		},
	}
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		must(err)
		parsed, err := template.New(path).Funcs(functions).Parse(string(text))
		must(err)
		fmt.Println("---")
		must(parsed.Execute(os.Stdout, given))
	}
}
