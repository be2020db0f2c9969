// oauth-1.0a, with the header that it makes, and with its parameters in the
// query and in a form.  argv[2]: the gate of the demo.

'use strict';

const crypto = require('crypto');
const http = require('http');
const OAuth = require('oauth-1.0a');

const gate = process.argv[2];

const expected = {
    '101-read': ['403 93', '403 261', '403 93'],
    '102-read-write': ['403 93', '200', '403 93'],
    '103-direct-messages': ['200', '200', '200'],
};

const requests = [
    ['GET', '/1.1/direct_messages.json'],
    ['POST', '/1.1/direct_messages/new.json'],
    ['POST', '/1.1/direct_messages/destroy.json'],
];

let n = 0;


function ask(method, path, headers, body) {
    return new Promise((resolve, reject) => {
        const request = http.request(gate + path, { method, headers }, (res) => {
            let text = '';
            res.on('data', (data) => { text += data; });
            res.on('end', () => resolve(res.statusCode === 200 ? '200'
                : `${res.statusCode} ${JSON.parse(text).errors[0].code}`));
        });

        request.on('error', reject);
        request.end(body);
    });
}


function say(name, method, path, want, got) {
    n++;
    console.log(`${got === want ? 'ok' : 'not ok'} ${n} - oauth-1.0a, `
                + `${name}: ${method} ${path} is ${want}, got ${got}`);
}


function client(more) {
    return OAuth({
        consumer: { key: 'example-key', secret: 's' },
        signature_method: 'HMAC-SHA1',
        hash_function: (base, key) =>
            crypto.createHmac('sha1', key).update(base).digest('base64'),
        ...more,
    });
}


async function run() {
    for (const [token, codes] of Object.entries(expected)) {
        for (const [i, [method, path]] of requests.entries()) {
            const data = { text: "it's 100% & more" };
            const sign = (more) => client(more).authorize(
                { url: gate + path, method,
                  data: method === 'POST' ? data : {} },
                { key: token, secret: 'x' });

            for (const more of [{}, { realm: 'example' },
                                { parameter_seperator: ',' }])
            {
                say(`header ${JSON.stringify(more)} ${token}`, method, path,
                    codes[i],
                    await ask(method, path, client(more).toHeader(sign(more))));
            }

            const form = new URLSearchParams(sign({})).toString();

            say(`query ${token}`, method, path, codes[i],
                await ask(method, `${path}?${form}`, {}));

            if (method === 'POST') {
                say(`form ${token}`, method, path, codes[i],
                    await ask(method, path, {
                        'Content-Type': 'application/x-www-form-urlencoded',
                        'Content-Length': form.length,
                    }, form));
            }
        }
    }

    console.log(`1..${n}`);
}

run();
