# ruby-akismet: VERB KEY AUTHOR TEXT, answers with a word
require 'akismet'

verb, key, author, text = ARGV
client = Akismet::Client.new(key, 'http://blog.example', app_name: 'test')
comment = ['192.0.2.7', 'Mozilla/5.0', { author: author, text: text }]
begin
  puts case verb
       when 'verify' then client.verify_key ? 'valid' : 'invalid'
       when 'check' then client.spam?(*comment) ? 'spam' : 'ham'
       when 'spam' then client.submit_spam(*comment) || 'thanks'
       when 'ham' then client.submit_ham(*comment) || 'thanks'
       end
rescue Akismet::Error => e
  puts "error: #{e.message}"
end
