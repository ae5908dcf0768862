// go-akismet (Commento): VERB KEY AUTHOR TEXT, answers with a word
package main

import (
	"fmt"
	"os"

	"github.com/adtac/go-akismet/akismet"
)

func main() {
	verb, key := os.Args[1], os.Args[2]
	comment := &akismet.Comment{
		Blog:           "http://blog.example",
		UserIP:         "192.0.2.7",
		UserAgent:      "Mozilla/5.0",
		CommentAuthor:  os.Args[3],
		CommentContent: os.Args[4],
	}
	var err error
	word := "thanks"
	switch verb {
	case "check":
		var spam bool
		spam, err = akismet.Check(comment, key)
		word = map[bool]string{true: "spam", false: "ham"}[spam]
	case "spam":
		err = akismet.SubmitSpam(comment, key)
	case "ham":
		err = akismet.SubmitHam(comment, key)
	}
	if err != nil {
		word = "error: " + err.Error()
	}
	fmt.Println(word)
}
