// akismet-api (Coral, Twikoo): VERB KEY AUTHOR TEXT, answers with a word
import { AkismetClient } from "akismet-api";

const [verb, key, name, content] = process.argv.slice(2);
const client = new AkismetClient({ key, blog: "http://blog.example" });
const comment = { ip: "192.0.2.7", useragent: "Mozilla/5.0", name, content };
const verbs = {
  verify: async () => ((await client.verifyKey()) ? "valid" : "invalid"),
  check: async () => ((await client.checkSpam(comment)) ? "spam" : "ham"),
  spam: async () => (await client.submitSpam(comment), "thanks"),
  ham: async () => (await client.submitHam(comment), "thanks"),
};
console.log(await verbs[verb]().catch((error) => `error: ${error.message}`));
