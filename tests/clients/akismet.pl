# libnet-akismet-perl: VERB KEY AUTHOR TEXT, answers with a word
use strict;
use warnings;
use Net::Akismet;

my ($verb, $key, $author, $text) = @ARGV;
my $client = Net::Akismet->new(KEY => $key, URL => 'http://blog.example');
my @comment = (
	USER_IP => '192.0.2.7',
	COMMENT_USER_AGENT => 'Mozilla/5.0',
	COMMENT_AUTHOR => $author,
	COMMENT_CONTENT => $text,
);
my %words = (true => 'spam', false => 'ham');
my %verbs = (
	verify => sub { 'valid' },
	check => sub { $words{ $client->check(@comment) || '' } },
	spam => sub { $client->spam(@comment) && 'thanks' },
	ham => sub { $client->ham(@comment) && 'thanks' },
);
# the constructor asks whether the key is valid
my $word = $client ? $verbs{$verb}->() : $verb eq 'verify' && 'invalid';
print $word || 'error', "\n";
