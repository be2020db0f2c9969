-- The token file's records out of a database (SQLite 3.38 or newer):
--
--     apps(id, name, consumer_key, first_party, suspended)
--     tokens(sha256, app, user_id, access, issued_via, expires, revoked)
--
-- In one transaction: apps and tokens of one moment.  json_patch() leaves out
-- what is NULL, which the file does not allow.  A user is text, since some
-- readers of JSON round numbers above 2^53.

BEGIN;

SELECT json_patch('{}', json_object(
    'app', id,
    'name', name,
    'consumer_key', consumer_key,
    'first_party', json(CASE WHEN first_party THEN 'true' ELSE 'false' END),
    'suspended', json(CASE WHEN suspended THEN 'true' ELSE 'false' END)))
FROM apps;

SELECT json_patch('{}', json_object(
    'token_sha256', sha256,
    'app', app,
    'user', CAST(user_id AS TEXT),
    'access', access,
    'issued_via', issued_via,
    'expires', expires,
    'revoked', json(CASE WHEN revoked THEN 'true' ELSE 'false' END)))
FROM tokens;

COMMIT;
