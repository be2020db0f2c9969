/* A request, taken apart as the module does, with the same core. */

#include <stdlib.h>

#include "dm_form.h"
#include "explain.h"


typedef struct {
    const dm_explain_conf_t     *conf;
    const dm_source_t           *source;
    const dm_explain_request_t  *request;
    dm_explained_t              *e;
    dm_str_t                     authorization;
    unsigned                     form:1;        /* a Content-Type says so */
    unsigned                     coded:1;       /* it is not what it seems */
    dm_str_t                     targets[2];
    size_t                       n_targets;
    char                        *left;          /* of the scratch */
} dm_explain_job_t;


static int
dm_explain_room(dm_explained_t *e, const dm_explain_request_t *request)
{
    size_t  i, target, all;
    char   *scratch;

    target = request->target.len + 1;
    all = request->body.len;

    for (i = 0; i < request->n_fields; i++) {
        all += request->fields[i].name.len + request->fields[i].value.len;
    }

    /*
     * The URI; the readings of two targets, to be judged and to be shown; the
     * names of the header; the credential.
     */

    all = target + 4 * DM_PATH_SCRATCH(target) + 2 * (all + target)
          + DM_OAUTH_PAD;

    if (all > e->size) {
        scratch = realloc(e->scratch, all);
        if (scratch == NULL) {
            return -1;
        }

        e->scratch = scratch;
        e->size = all;
    }

    return 0;
}


static char *
dm_explain_take(dm_explain_job_t *job, size_t len)
{
    char  *taken;

    taken = job->left;
    job->left += len;

    return taken;
}


static int
dm_explain_no(dm_explain_job_t *job, unsigned status, const char *why)
{
    job->e->refused = why;
    job->e->refused_status = status;

    return -1;
}


/*
 * Whether a field counts: with ignore_invalid_headers, as is the default,
 * nginx leaves out what has another name, and -1 is what it does not take.
 */
static int
dm_explain_counts(dm_str_t name)
{
    int            counts;
    size_t         i;
    unsigned char  c;

    counts = name.len != 0 ? 1 : -1;

    for (i = 0; i < name.len; i++) {
        c = dm_lower((unsigned char) name.data[i]);

        if (c <= ' ' || c == 0x7f) {
            return -1;
        }

        if (c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z')) {
            counts = 0;
        }
    }

    return counts;
}


static int
dm_explain_field(dm_explain_job_t *job, const dm_explain_field_t *field,
    unsigned *seen)
{
    int       counts;
    char     *name;
    size_t    i;
    dm_str_t  value, lower;

    static const char      malformed[] = "a field of the header is malformed";
    static const dm_str_t  once[] = {
        { "authorization", 13 }, { "host", 4 }, { "content-length", 14 },
        { "transfer-encoding", 17 }
    };

    counts = dm_explain_counts(field->name);

    if (counts != 1) {
        return counts == 0 ? 0 : dm_explain_no(job, 400, malformed);
    }

    name = dm_explain_take(job, field->name.len);

    for (i = 0; i < field->name.len; i++) {
        name[i] = (char) dm_lower((unsigned char) field->name.data[i]);
    }

    lower.data = name;
    lower.len = field->name.len;
    value = field->value;

    while (value.len != 0 && value.data[0] == ' ') {
        value.data++;
        value.len--;
    }

    while (value.len != 0 && value.data[value.len - 1] == ' ') {
        value.len--;
    }

    if (value.len != 0 && (memchr(value.data, '\0', value.len)
                           || memchr(value.data, '\n', value.len)))
    {
        return dm_explain_no(job, 400, malformed);
    }

    for (i = 0; i < sizeof(once) / sizeof(once[0]); i++) {

        if (!dm_str_eq(lower, once[i])) {
            continue;
        }

        if (*seen & (1u << i)) {
            return dm_explain_no(job, 400, "a field of the header comes twice "
                                           "that may come but once");
        }

        *seen |= 1u << i;
    }

    if (dm_str_eq(lower, once[0])) {
        job->authorization = value;

    } else if (dm_str_eq(lower, DM_STR("content-type"))) {
        job->form |= dm_form_type(value) ? 1 : 0;
    }

    job->coded |= dm_form_coded(lower, value) ? 1 : 0;

    dm_request_field(&job->e->request, lower, value);

    return 0;
}


/* What nginx does before it asks any module; -1 where it answers itself. */
static int
dm_explain_parse(dm_explain_job_t *job)
{
    size_t           i;
    unsigned         seen;
    dm_str_t         method;
    dm_explained_t  *e;

    e = job->e;
    method = job->request->method;

    if (dm_uri_method(method) != 0) {
        return dm_explain_no(job, 400, "the method is none");
    }

    if (dm_uri_parse(job->request->target, job->conf->merge,
                     dm_explain_take(job, job->request->target.len + 1),
                     &e->uri)
        != 0)
    {
        return dm_explain_no(job, 400, "the target is malformed");
    }

    dm_request_init(&e->request, method, e->uri.uri);
    e->method = dm_method(method);
    seen = 0;

    for (i = 0; i < job->request->n_fields; i++) {
        if (dm_explain_field(job, &job->request->fields[i], &seen) != 0) {
            return -1;
        }
    }

    if (dm_str_eq(method, DM_STR("TRACE"))
        || dm_str_eq(method, DM_STR("CONNECT")))
    {
        return dm_explain_no(job, 405, "the method is not allowed");
    }

    e->body_unknown = job->request->body.len == 0 && (seen & 0xc) != 0;

    return 0;
}


static dm_action_t
dm_explain_action(dm_explain_job_t *job, unsigned *ambiguous)
{
    size_t  len;

    *ambiguous = 0;

    if (job->conf->action >= 0) {
        job->e->by_action = 1;
        return (dm_action_t) job->conf->action;
    }

    len = job->e->uri.target.len + 1;

    return dm_request_judge(&job->conf->routes, &job->e->request,
                            job->targets, job->n_targets,
                            dm_explain_take(job, DM_PATH_SCRATCH(len)),
                            ambiguous);
}


/* The readings that the core judges, once more, to be shown. */
static void
dm_explain_readings(dm_explain_job_t *job)
{
    size_t           i, k;
    dm_path_t        path;
    dm_explained_t  *e;

    e = job->e;
    e->paths[e->n_paths++] = e->uri.uri;

    for (i = 0; i < job->n_targets; i++) {
        dm_path_canonical(job->targets[i],
                          dm_explain_take(job, DM_PATH_SCRATCH(
                                                      job->targets[i].len)),
                          &path);

        e->unstable |= path.unstable;

        for (k = 0; k < path.readings; k++) {
            e->paths[e->n_paths++] = path.reading[k];
        }
    }
}


static unsigned
dm_explain_has_form(const dm_explain_job_t *job)
{
    return job->request->body.len != 0
           && (job->request->form || job->form);
}


static int
dm_explain_look(dm_explain_job_t *job, dm_str_t form,
    dm_oauth_outcome_t *outcome)
{
    uint8_t          key[DM_KEY_LEN];
    dm_str_t         texts[3];
    dm_table_t      *table;
    dm_explained_t  *e;

    e = job->e;
    table = job->source->table;

    texts[0] = job->authorization;
    texts[1] = e->uri.args;
    texts[2] = form;

    e->looked = 1;
    *outcome = dm_gate_credential(texts, job->conf->sources,
                                  dm_explain_take(job, texts[0].len
                                                  + DM_OAUTH_PAD
                                                  + texts[1].len
                                                  + texts[2].len),
                                  e->places, &e->credential);

    if (*outcome != DM_OAUTH_FOUND) {
        e->credential = NULL;
        return 0;
    }

    if (dm_digest_key(job->source->digest, e->credential->token, key) != 0) {
        return -1;
    }

    dm_digest_fingerprint(key, e->fingerprint);

    e->found = dm_table_find(table, key, e->credential->consumer_key,
                             &e->grant)
               == 1;

    if (e->found) {
        e->app_len = dm_table_app_id(table, &e->grant, e->app);
    }

    return 0;
}


static int
dm_explain_guarded(dm_explain_job_t *job)
{
    unsigned            ambiguous;
    dm_str_t            form;
    dm_explained_t     *e;
    dm_oauth_outcome_t  outcome;

    e = job->e;
    form = DM_STR("");

    if (dm_explain_has_form(job)) {
        form = job->request->body;

        if (job->coded || form.len > DM_FORM_MAX) {
            e->gate.reason = DM_REASON_BAD_CREDENTIALS;
            return 0;
        }

        dm_request_argument(&e->request, form);
        dm_gate_form(&e->gate, dm_explain_action(job, &ambiguous));
    }

    if (dm_explain_look(job, form, &outcome) != 0) {
        return -1;
    }

    e->gate.reason = dm_gate_reason(&e->gate,
                                    dm_gate_judge(e->gate.action, outcome,
                                                  e->credential,
                                                  e->found ? &e->grant : NULL,
                                                  &job->conf->policy,
                                                  job->conf->now));
    return 0;
}


int
dm_explain_judge(const dm_explain_conf_t *conf, const dm_source_t *source,
    const dm_explain_request_t *request, dm_explained_t *e)
{
    int               rc;
    char             *scratch;
    size_t            size;
    unsigned          ambiguous;
    dm_explain_job_t  job;

    if (dm_explain_room(e, request) != 0) {
        return -1;
    }

    scratch = e->scratch;
    size = e->size;

    memset(e, 0, sizeof(dm_explained_t));
    memset(&job, 0, sizeof(dm_explain_job_t));

    e->scratch = scratch;
    e->size = size;

    job.conf = conf;
    job.source = source;
    job.request = request;
    job.e = e;
    job.left = scratch;

    if (dm_explain_parse(&job) != 0) {
        return 0;
    }

    e->revision_len = dm_table_revision(source->table, e->revision);

    dm_request_target(&e->request, e->uri.target);
    dm_request_argument(&e->request, e->uri.args);
    dm_request_preflight(&e->request, dm_explain_has_form(&job));

    job.targets[job.n_targets++] = e->uri.target;

    if (!e->uri.kept) {
        job.targets[job.n_targets++] = e->uri.uri;
    }

    e->gate.action = dm_explain_action(&job, &ambiguous);

    rc = dm_gate_route(&e->gate, ambiguous, e->request.fragment, conf->stream,
                       e->request.route.preflight, 1)
         ? 0 : dm_explain_guarded(&job);

    e->status = dm_gate_status(e->gate.reason,
                               conf->dry_run
                               || conf->now < conf->enforce_from);

    dm_explain_readings(&job);

    e->why_known = !e->by_action && !e->gate.connect
                   && e->gate.action != DM_ACTION_NONE
                   && e->gate.reason != DM_REASON_AMBIGUOUS_URI
                   && dm_route_why(&conf->routes, &e->request.route,
                                   e->method, e->paths,
                                   e->n_paths, e->gate.action, &e->why);

    return rc;
}


int
dm_explain_refused(const dm_explained_t *e)
{
    return e->refused != NULL || e->status == DM_STATUS_REJECTED;
}
