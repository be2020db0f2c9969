# Why: dashboards, alarms and upstreams are built on the variables; each has
# one value in each situation.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: passed
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-All: PASSED|passed|read|read-write-directmessages|8840|3|fa21795a247845ba|2011-06-30/42



=== TEST 2: passed, delete
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
DELETE /2/dm_events/1
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-All: PASSED|passed|delete|read-write-directmessages|8840|3|fa21795a247845ba|2011-06-30/42



=== TEST 3: passed, send
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- response_headers
X-All: PASSED|passed|send|read-write|8840|2|550f28164c7dea18|2011-06-30/42



=== TEST 4: no_dm_access
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
X-All: REJECTED|no_dm_access|read|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42



=== TEST 5: no_write_access
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
X-All: REJECTED|no_write_access|send|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42



=== TEST 6: app_only
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-app
--- error_code: 403
--- response_headers
X-All: REJECTED|app_only|read|read-write|8840||076c6298155ed362|2011-06-30/42



=== TEST 7: app_suspended
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-sus
--- error_code: 403
--- response_headers
X-All: REJECTED|app_suspended|read|read-write-directmessages|66|6|ff1f3af49f27431b|2011-06-30/42



=== TEST 8: revoked_token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rev
--- error_code: 401
--- response_headers
X-All: REJECTED|revoked_token|read|read|8840|4|c6be5267fea2eba3|2011-06-30/42



=== TEST 9: expired_token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-exp
--- error_code: 401
--- response_headers
X-All: REJECTED|expired_token|read|read|8840|5|a2748aa21ab55890|2011-06-30/42



=== TEST 10: unknown_token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- response_headers
X-All: REJECTED|unknown_token|read||||6382b3cc881412b7|2011-06-30/42



=== TEST 11: no_credentials
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- error_code: 401
--- response_headers
X-All: REJECTED|no_credentials|read|||||2011-06-30/42



=== TEST 12: not guarded, with a token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/users/show.json
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- response_headers
X-All: |not_guarded|none|read-write|8840|2|550f28164c7dea18|2011-06-30/42



=== TEST 13: not guarded, with a revoked token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/users/show.json
--- more_headers
Authorization: Bearer t-rev
--- response_body chomp
origin
--- response_headers
X-All: |not_guarded|none|read|8840|4|c6be5267fea2eba3|2011-06-30/42



=== TEST 14: not guarded, with an unknown token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/users/show.json
--- more_headers
Authorization: Bearer nobody
--- response_body chomp
origin
--- response_headers
X-All: |not_guarded|none||||6382b3cc881412b7|2011-06-30/42



=== TEST 15: not guarded, without a token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/users/show.json
--- response_body chomp
origin
--- response_headers
X-All: |not_guarded|none|||||2011-06-30/42



=== TEST 16: bad_credentials
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer a b
--- error_code: 400
--- response_headers
X-All: REJECTED|bad_credentials|read|||||2011-06-30/42



=== TEST 17: ambiguous_credentials
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages.json?access_token=t-dm
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- response_headers
X-All: REJECTED|ambiguous_credentials|read|||||2011-06-30/42



=== TEST 18: ambiguous_uri
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/direct_messages%2500
--- error_code: 400
--- response_headers
X-All: REJECTED|ambiguous_uri|read|||||2011-06-30/42



=== TEST 19: a token in the query
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
GET /1.1/users/show.json?access_token=t-rw
--- response_headers
X-All: |not_guarded|none|read-write|8840|2|550f28164c7dea18|2011-06-30/42



=== TEST 20: a token in a form body
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-rw
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- response_headers
X-All: REJECTED|no_dm_access|delete|read-write|8840|2|550f28164c7dea18|2011-06-30/42



=== TEST 21: where the gate is off, everything is empty
--- gate
location /off { dm_permission off; add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision"; proxy_pass http://origin; }
--- request
GET /off
--- more_headers
Authorization: Bearer t-dm
--- response_headers
X-All: |||||||



=== TEST 22: where no table is configured, too
--- config
location / { add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision"; proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_headers
X-All: |||||||



=== TEST 23: dry run: no_dm_access
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|no_dm_access|read|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42



=== TEST 24: dry run: no_write_access
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-r
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|no_write_access|send|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42



=== TEST 25: dry run: app_only
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-app
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|app_only|read|read-write|8840||076c6298155ed362|2011-06-30/42



=== TEST 26: dry run: app_suspended
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-sus
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|app_suspended|read|read-write-directmessages|66|6|ff1f3af49f27431b|2011-06-30/42



=== TEST 27: dry run: revoked_token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rev
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|revoked_token|read|read|8840|4|c6be5267fea2eba3|2011-06-30/42



=== TEST 28: dry run: expired_token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-exp
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|expired_token|read|read|8840|5|a2748aa21ab55890|2011-06-30/42



=== TEST 29: dry run: unknown_token
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer nobody
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|unknown_token|read||||6382b3cc881412b7|2011-06-30/42



=== TEST 30: dry run: no_credentials
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|no_credentials|read|||||2011-06-30/42



=== TEST 31: dry run: passed
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-All: PASSED|passed|read|read-write-directmessages|8840|3|fa21795a247845ba|2011-06-30/42



=== TEST 32: before enforce_from, as in dry run
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_enforce_from 2999-01-01T00:00:00Z;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- response_body chomp
origin
--- response_headers
X-All: REJECTED_DRY_RUN|no_dm_access|read|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42



=== TEST 33: after enforce_from
--- gate
add_header X-All "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision" always;
dm_permission_enforce_from 2011-07-14T00:00:00Z;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
X-All: REJECTED|no_dm_access|read|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42
