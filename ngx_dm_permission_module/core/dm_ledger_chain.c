#include "dm_ledger_text.h"


size_t
dm_ledger_chain_name(const dm_ledger_chain_t *chain,
    char out[DM_LEDGER_CHAIN_MAX])
{
    char    *p;
    size_t   i;

    const uint8_t  group[] = {
        (uint8_t) (chain->group >> 24), (uint8_t) (chain->group >> 16),
        (uint8_t) (chain->group >> 8), (uint8_t) chain->group
    };
    const uint64_t  numbers[] = {
        chain->worker, chain->workers, chain->pid, chain->start
    };

    p = dm_ledger_bytes(out, group, sizeof(group));

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        *p++ = '-';
        p = dm_ledger_number(p, numbers[i]);
    }

    return (size_t) (p - out);
}


/* "-" and a number; what follows it is left in name. */
static int
dm_ledger_chain_take(dm_str_t *name, uint64_t max, uint64_t *n)
{
    dm_str_t  text;

    if (name->len == 0 || name->data[0] != '-') {
        return -1;
    }

    text.data = name->data + 1;
    text.len = 0;

    while (text.len + 1 < name->len && text.data[text.len] != '-') {
        text.len++;
    }

    name->data = text.data + text.len;
    name->len -= text.len + 1;

    return dm_str_u64(text, n) == 0 && *n <= max ? 0 : -1;
}


int
dm_ledger_chain_parse(dm_str_t name, dm_ledger_chain_t *chain)
{
    int       digit;
    size_t    i;
    uint64_t  worker, workers, pid;

    if (name.len < 8) {
        return -1;
    }

    chain->group = 0;

    for (i = 0; i < 8; i++) {
        digit = dm_hex((unsigned char) name.data[i]);

        if (digit < 0 || (name.data[i] >= 'A' && name.data[i] <= 'F')) {
            return -1;
        }

        chain->group = chain->group << 4 | (uint32_t) digit;
    }

    name.data += 8;
    name.len -= 8;

    if (dm_ledger_chain_take(&name, UINT32_MAX, &worker) != 0
        || dm_ledger_chain_take(&name, UINT32_MAX, &workers) != 0
        || dm_ledger_chain_take(&name, UINT32_MAX, &pid) != 0
        || dm_ledger_chain_take(&name, UINT64_MAX, &chain->start) != 0
        || name.len != 0 || worker >= workers)
    {
        return -1;
    }

    chain->worker = (uint32_t) worker;
    chain->workers = (uint32_t) workers;
    chain->pid = (uint32_t) pid;

    return 0;
}
