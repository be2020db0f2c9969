# What the suites of deliveries share beside DmSuite: two apps with a webhook
# each on one address, users who granted them different things, and a guard
# before them, by header (/h) or by path (/p/APP).
#
# The webhooks log what they got, for a grep_error_log of $Got: the request,
# its Host, the signature and the body.

package DmDelivery;

use strict;
use warnings;

use Digest::SHA qw( hmac_sha256_base64 );

our $Got = qr/hook got .*/;

our $Tokens = <<'JSONL';
{"table":{"revision":"2018-09-10/1"}}
{"app":"8840","webhooks":["http://a.example/hook","http://a.example/second"]}
{"app":"77","secret":"s77","webhooks":["http://b.example/hook"]}
{"app":"66","suspended":true,"webhooks":["http://a.example/hook"]}
{"app":"55","webhooks":[]}
{"token":"1","app":"8840","user":1,"access":"read"}
{"token":"2","app":"8840","user":2,"access":"read-write"}
{"token":"3","app":"8840","user":3,"access":"read-write-directmessages"}
{"token":"4","app":"8840","user":4,"access":"read-write-directmessages","revoked":true}
{"token":"5","app":"8840","user":5,"access":"read-write-directmessages","expires":1}
{"token":"6","app":"8840","user":6,"scopes":"dm.read"}
{"token":"7","app":"8840","user":7,"access":"read"}
{"token":"8","app":"8840","user":7,"access":"read-write-directmessages"}
{"token":"10","app":"8840","access":"read-write"}
{"token":"11","app":"8840","user":"18446744073709551615","access":"read-write-directmessages"}
{"token":"12","app":"8840","user":"9007199254740993","access":"read-write-directmessages"}
{"token":"13","app":"77","user":3,"access":"read-write"}
{"token":"14","app":"77","user":12,"access":"read-write-directmessages"}
{"token":"15","app":"66","user":3,"access":"read-write-directmessages"}
{"token":"16","app":"55","user":3,"access":"read-write-directmessages"}
{"end":{"records":19}}
JSONL

our $Config = <<'CONF';
    dm_permission zone=t;

    location /h {
        dm_permission_delivery app=$http_x_app;
        proxy_pass $dm_permission_webhook;
    }

    location ~ ^/p/(?<dm_app>[^/]*)$ {
        dm_permission_delivery app=$dm_app;
        proxy_pass $dm_permission_webhook;
    }
CONF


# One location, /h, of a block: with its more_config, and passed on to where
# its `to` says.
sub at {
    my $block = shift;
    my $more = $block->more_config // '';
    my $to = $block->to // '$dm_permission_webhook';

    chomp $to;

    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    location /h {
        dm_permission_delivery app=\$http_x_app;
        proxy_pass $to;
        $more
    }
CONF
}


# Where the webhooks are: the body is in their variables because they pass it
# on to where it is not looked at.  To linger would be to log after the sender
# has its answer.
sub hooks {
    my $dir = main::html_dir();

    return <<"CONF";
    log_format hook escape=json 'hook got \$request_method \$request_uri \$http_host '
                                '\$http_x_twitter_webhooks_signature '
                                '\$request_body';
    upstream a.example { server unix:$dir/hook.sock; }
    upstream b.example { server unix:$dir/hook.sock; }
    upstream answer { server unix:$dir/answer.sock; }
    server {
        listen unix:$dir/hook.sock;
        client_max_body_size 0;
        client_body_buffer_size 4m;
        client_body_in_single_buffer on;
        lingering_close off;
        access_log logs/error.log hook;
        location / { proxy_pass http://answer; }
    }
    server {
        listen unix:$dir/answer.sock;
        client_max_body_size 0;
        access_log off;
        location / { return 200 "hook"; }
    }
CONF
}


# An upstream "echo" that answers with these variables, once it has the body.
sub echo {
    my $text = shift;
    my $dir = main::html_dir();

    return <<"CONF";
    upstream echo { server unix:$dir/echo.sock; }
    server {
        listen unix:$dir/echo.sock;
        client_max_body_size 0;
        access_log off;
        location / {
            proxy_pass http://answer;
            sub_filter_types *;
            sub_filter hook "$text";
        }
    }
CONF
}


# What a sender that has the secret puts into the header.
sub signature {
    my ($secret, $body) = @_;

    return 'sha256=' . hmac_sha256_base64($body, $secret) . '=';
}


# The answer to a delivery that is sent beside the block's request.
sub post {
    my ($app, $body) = @_;

    return DmSuite::ask("POST /h HTTP/1.0\r\nX-App: $app\r\nContent-Length: "
                        . length($body) . "\r\n\r\n$body");
}


sub prepare {
    my $block = shift;

    $block->set_value(http_config => hooks() . ($block->http_config // ''));
    $block->set_value(tokens => $Tokens) unless defined $block->tokens;
    $block->set_value(config => $Config) unless defined $block->config;
}


sub import {
    main::add_block_preprocessor(\&prepare);
}

1;
