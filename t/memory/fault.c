/*
 * Linked into a module of the tests in front of what hands out memory (the
 * linker's --wrap, see the Makefile): each call is counted, and one of them
 * fails.  Which one says whoever has mapped the file that DM_FAULT names.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>


/* Shared with t/memory/run.py. */
typedef struct {
    int64_t  seen;          /* calls */
    int64_t  fails;         /* the one of them that fails; 0 for none */
    int64_t  failed;        /* 1 once it has */
} fault_t;


static fault_t *volatile  fault;


__attribute__((constructor)) static void
fault_map(void)
{
    int          fd;
    void        *map;
    const char  *name;

    name = getenv("DM_FAULT");
    fd = name ? open(name, O_RDWR) : -1;

    if (fd == -1) {
        return;
    }

    map = mmap(NULL, sizeof(fault_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
               0);
    close(fd);

    if (map != MAP_FAILED) {
        fault = map;
    }
}


static int
fault_now(void)
{
    if (fault == NULL
        || __atomic_add_fetch(&fault->seen, 1, __ATOMIC_SEQ_CST)
           != fault->fails)
    {
        return 0;
    }

    fault->failed = 1;
    errno = ENOMEM;

    return 1;
}


/* Of nginx only pointers and sizes pass through, so its types do not matter. */
#define WRAP(name, parameters, arguments)                                     \
    void *__real_##name parameters;                                           \
    void *__wrap_##name parameters;                                           \
    void *__wrap_##name parameters                                            \
    {                                                                         \
        return fault_now() ? NULL : __real_##name arguments;                  \
    }

WRAP(malloc, (size_t n), (n))
WRAP(calloc, (size_t n, size_t size), (n, size))
WRAP(realloc, (void *p, size_t n), (p, n))

WRAP(ngx_alloc, (size_t n, void *log), (n, log))
WRAP(ngx_calloc, (size_t n, void *log), (n, log))
WRAP(ngx_palloc, (void *pool, size_t n), (pool, n))
WRAP(ngx_pnalloc, (void *pool, size_t n), (pool, n))
WRAP(ngx_pcalloc, (void *pool, size_t n), (pool, n))
WRAP(ngx_pstrdup, (void *pool, void *text), (pool, text))
WRAP(ngx_array_create, (void *pool, uintptr_t n, size_t size),
     (pool, n, size))
WRAP(ngx_list_push, (void *list), (list))
WRAP(ngx_pool_cleanup_add, (void *pool, size_t n), (pool, n))
WRAP(ngx_alloc_chain_link, (void *pool), (pool))
WRAP(ngx_chain_get_free_buf, (void *pool, void *list), (pool, list))
WRAP(ngx_create_temp_buf, (void *pool, size_t n), (pool, n))
WRAP(ngx_get_connection, (int fd, void *log), (fd, log))
WRAP(ngx_slab_alloc, (void *pool, size_t n), (pool, n))
WRAP(ngx_slab_calloc, (void *pool, size_t n), (pool, n))
WRAP(ngx_shared_memory_add, (void *cf, void *name, size_t n, void *tag),
     (cf, name, n, tag))
WRAP(ngx_http_add_variable, (void *cf, void *name, uintptr_t flags),
     (cf, name, flags))
WRAP(ngx_conf_open_file, (void *cycle, void *name), (cycle, name))

WRAP(json_array, (void), ())
WRAP(json_object, (void), ())
WRAP(json_integer, (json_int_t n), (n))
WRAP(json_real, (double n), (n))
WRAP(json_string, (const char *text), (text))
WRAP(json_stringn, (const char *text, size_t n), (text, n))
WRAP(json_dumps, (const json_t *json, size_t flags), (json, flags))


json_t *__real_json_loadb(const char *text, size_t n, size_t flags,
    json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t n, size_t flags,
    json_error_t *error);

json_t *
__wrap_json_loadb(const char *text, size_t n, size_t flags,
    json_error_t *error)
{
    json_t  *json;

    json = __real_json_loadb(text, n, flags, error);

    if (json && fault_now()) {
        json_decref(json);
        error->text[JSON_ERROR_TEXT_LENGTH - 1] = json_error_out_of_memory;
        return NULL;
    }

    return json;
}


int __real_json_object_set_new(json_t *object, const char *key, json_t *value);
int __wrap_json_object_set_new(json_t *object, const char *key, json_t *value);

int
__wrap_json_object_set_new(json_t *object, const char *key, json_t *value)
{
    if (fault_now()) {
        json_decref(value);
        return -1;
    }

    return __real_json_object_set_new(object, key, value);
}


int __real_json_array_append_new(json_t *array, json_t *value);
int __wrap_json_array_append_new(json_t *array, json_t *value);

int
__wrap_json_array_append_new(json_t *array, json_t *value)
{
    if (fault_now()) {
        json_decref(value);
        return -1;
    }

    return __real_json_array_append_new(array, value);
}


/* As nginx has it: memory is asked for where all of it is full. */
typedef struct {
    void      *elts;
    uintptr_t  nelts;
    size_t     size;
    uintptr_t  nalloc;
    void      *pool;
} fault_array_t;

void *__real_ngx_array_push(fault_array_t *array);
void *__wrap_ngx_array_push(fault_array_t *array);

void *
__wrap_ngx_array_push(fault_array_t *array)
{
    return array->nelts == array->nalloc && fault_now()
           ? NULL : __real_ngx_array_push(array);
}


/* These answer with NGX_ERROR. */
intptr_t __real_ngx_chain_add_copy(void *pool, void *chain, void *in);
intptr_t __wrap_ngx_chain_add_copy(void *pool, void *chain, void *in);

intptr_t
__wrap_ngx_chain_add_copy(void *pool, void *chain, void *in)
{
    return fault_now() ? -1 : __real_ngx_chain_add_copy(pool, chain, in);
}


intptr_t __real_ngx_http_complex_value(void *r, void *value, void *out);
intptr_t __wrap_ngx_http_complex_value(void *r, void *value, void *out);

intptr_t
__wrap_ngx_http_complex_value(void *r, void *value, void *out)
{
    return fault_now() ? -1 : __real_ngx_http_complex_value(r, value, out);
}
