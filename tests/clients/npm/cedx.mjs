// @cedx/akismet: VERB KEY AUTHOR TEXT, answers with a word
import * as akismet from "@cedx/akismet";

const [verb, key, name, content] = process.argv.slice(2);
const blog = new akismet.Blog({ url: "http://blog.example" });
const client = new akismet.Client(key, blog);
const author = new akismet.Author({
  name,
  ipAddress: "192.0.2.7",
  userAgent: "Mozilla/5.0",
});
const comment = new akismet.Comment({ author, content, context: ["bread", "cake"] });
const verbs = {
  verify: async () => ((await client.verifyKey()) ? "valid" : "invalid"),
  check: async () =>
    (await client.checkComment(comment)) === akismet.CheckResult.ham ? "ham" : "spam",
  spam: async () => (await client.submitSpam(comment), "thanks"),
  ham: async () => (await client.submitHam(comment), "thanks"),
};
console.log(await verbs[verb]().catch((error) => `error: ${error.message}`));
