// The gate as well as it can be done in njs: one search, one look-up.

const body = '{"errors":[{"code":93,"message":"This application is not '
    + 'allowed to access or delete your direct messages"}]}';
const token = /\boauth_token="([^"]*)"/;

function refusal(r) {
    const found = token.exec(r.headersIn.Authorization || '');

    return found && levels[decodeURIComponent(found[1])] === 3 ? '' : body;
}

export default { refusal };
