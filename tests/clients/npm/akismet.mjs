// akismet (Waline): VERB KEY AUTHOR TEXT, answers with a word
import { promisify } from "node:util";
import akismet from "akismet";

const [verb, apiKey, comment_author, comment_content] = process.argv.slice(2);
const client = akismet.client({ blog: "http://blog.example", apiKey });
const comment = { user_ip: "::ffff:192.0.2.7", comment_author, comment_content };
const call = (name, ...more) => promisify(client[name].bind(client))(...more);
const verbs = {
  verify: async () => ((await call("verifyKey")) ? "valid" : "invalid"),
  check: async () => ((await call("checkSpam", comment)) ? "spam" : "ham"),
  spam: async () => (await call("submitSpam", comment), "thanks"),
  ham: async () => (await call("submitHam", comment), "thanks"),
};
console.log(await verbs[verb]().catch((error) => `error: ${error.message}`));
