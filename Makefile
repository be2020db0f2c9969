# ngx_dm_permission_module

SRC     := $(CURDIR)/ngx_dm_permission_module
BUILD   := $(CURDIR)/build
DISTRO  := /usr/share/nginx/src
NGX_SRC ?= $(DISTRO)
DM_NGINX := nginx
CC      ?= cc
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Werror
CORE    := $(wildcard $(SRC)/core/*.c)
TABLE   := dm_table dm_table_apps dm_table_tokens dm_table_user dm_table_write
CORE_ELSE := $(filter-out $(TABLE:%=$(SRC)/core/%.c),$(CORE))
FUZZ    := $(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= $(if $(MINUTES),$(shell expr $(MINUTES) \* 60),10)
UNIT    := $(wildcard t/unit/test_*.c t/unit/stress_*.c)
OPT     := -O2
SAN     := -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
PARTS   := lint unit fuzz suite sanitize memory faults fleet clients model \
           metrics package-test
DEBS    := gcc clang libclang-rt-14-dev nginx nginx-dev libcmocka-dev \
           libjansson-dev libssl-dev libpcre2-dev zlib1g-dev curl openssl \
           libnginx-mod-http-lua libtest-base-perl libtest-longstring-perl \
           cppcheck clang-tidy \
           mandoc bash-completion sqlite3

BENCH_DEBS := valgrind python3 curl procps libnginx-mod-http-lua lua-cjson \
              libnginx-mod-http-js lua-nginx-redis redis-server redis-tools \
              wrk gnuplot-nox
FLEET_DEBS := redis-server redis-tools python3 python3-redis
BROWSER_DEBS := chromium fonts-dejavu-core curl
METRICS_DEBS := prometheus
PACKAGE_DEBS := build-essential debhelper nginx-dev libjansson-dev libssl-dev \
                lintian
CLIENTS := python3-requests-oauthlib node-oauth-1.0a libwww-oauth-perl

# Another source tree, as it was unpacked or checked out: the nginx that is
# built from it, and all that is built with it, lie apart.
ifneq ($(NGX_SRC),$(DISTRO))
VERSION := $(shell sed -n 's/.*define NGINX_VERSION *"\(.*\)"/\1/p' \
               $(NGX_SRC)/src/core/nginx.h)
ifeq ($(VERSION),)
$(error NGX_SRC=$(NGX_SRC) is no source tree of nginx)
endif
BUILD   := $(CURDIR)/build/nginx-$(VERSION)
DM_NGINX := $(BUILD)/nginx/nginx
BUILT   := $(DM_NGINX)
PARTS   := suite sanitize
DEBS    += libpcre3-dev
endif

# what the suites use, where the tree does not say
NGX_FLAGS := --prefix=$(BUILD)/prefix --error-log-path=stderr --with-compat \
             --with-debug --with-pcre-jit --with-threads \
             --with-http_ssl_module --with-http_v2_module \
             --with-http_realip_module --with-http_auth_request_module \
             --with-http_addition_module --with-http_slice_module \
             --with-http_sub_module --with-http_gunzip_module \
             --with-http_stub_status_module

ADD     := --add-dynamic-module

# not NGINX, which nginx itself takes for the sockets it inherits
export BUILD DM_NGINX FAULTS

.PHONY: help deps build run test unit fuzz suite sanitize lint \
        memory model faults fleet clients bench browser soak coverage metrics \
        package package-test static valgrind clean FORCE

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

deps: ## install what is missing, from the distribution
	@t/deps.sh $(DEBS)

build: deps $(BUILT) $(BUILD)/ngx_http_dm_permission_module.so $(BUILD)/dm-permission ## the module and the command

# newer only where a source is added or removed, which nginx's configure lists
$(BUILD)/sources: FORCE
	@mkdir -p $(BUILD)
	@find $(SRC) -name '*.[ch]' | sort > $@.now
	@cmp -s $@.now $@ && rm $@.now || mv $@.now $@

FORCE:

$(BUILD)/nginx/Makefile: config $(BUILD)/sources \
    $(wildcard $(NGX_SRC)/conf_flags $(NGX_SRC)/src/core/nginx.h)
	@rm -rf $(BUILD)/nginx-src $(BUILD)/nginx
	@mkdir -p $(BUILD)/nginx-src
	@tar -C $(NGX_SRC) --exclude=.git --exclude=./objs -cf - . \
	    | tar -C $(BUILD)/nginx-src -xf -
	@cd $(BUILD)/nginx-src && bash -c 'NGX_CONF_FLAGS=($(NGX_FLAGS)); \
	    [ ! -f conf_flags ] || . ./conf_flags; \
	    [ -x configure ] || ln -s auto/configure .; ./configure \
	    "$${NGX_CONF_FLAGS[@]}" --builddir=$(BUILD)/nginx \
	    --with-cc-opt="-g -Wall -Wextra $(OPT)" --with-ld-opt="$(OPT)" \
	    $(ADD)=$(CURDIR)' > $(BUILD)/configure.log 2>&1 \
	    || { tail -20 $(BUILD)/configure.log; exit 1; }

$(BUILD)/ngx_http_dm_permission_module.so: $(BUILD)/nginx/Makefile \
    $(wildcard $(SRC)/*/*.[ch])
	@cd $(BUILD)/nginx-src && $(MAKE) -f $(BUILD)/nginx/Makefile modules \
	    > $(BUILD)/make.log 2>&1 || { tail -40 $(BUILD)/make.log; exit 1; }
	@cp $(BUILD)/nginx/ngx_http_dm_permission_module.so $@

# An old nginx may bring a new compiler to warn of it; that is not ours.
$(BUILD)/nginx/nginx: $(BUILD)/nginx/Makefile
	@sed 's/^CFLAGS = .*/& -Wno-error/' $< > $<.nginx
	@cd $(BUILD)/nginx-src && $(MAKE) -f $<.nginx binary \
	    > $(BUILD)/make-nginx.log 2>&1 \
	    || { tail -40 $(BUILD)/make-nginx.log; exit 1; }

# The core is compiled once for whatever is linked with it in the same way.
# A cache of compilers may know the object by another name than make does.
CORE_FLAGS = -std=c11 -D_GNU_SOURCE $(WARN) -MMD -MP -MT $@ -I$(SRC)/core

$(BUILD)/core/%.o: $(SRC)/core/%.c
	@mkdir -p $(@D)
	@$(CC) $(CORE_FLAGS) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

$(BUILD)/unit/core/%.o: $(SRC)/core/%.c
	@mkdir -p $(@D)
	@$(CC) $(CORE_FLAGS) -O1 $(SAN) -c $< -o $@

$(BUILD)/fuzz/core/%.o: $(SRC)/core/%.c
	@mkdir -p $(@D)
	@clang $(CORE_FLAGS) -O1 $(SAN) -fsanitize=fuzzer-no-link -c $< -o $@

.SECONDARY:

-include $(wildcard $(BUILD)/core/*.d $(BUILD)/unit/core/*.d \
                    $(BUILD)/fuzz/core/*.d)

# nginx's regular expressions are the command's
$(BUILD)/dm-permission: $(wildcard $(SRC)/cli/*.[ch] $(SRC)/core/*.h) \
    $(CORE:$(SRC)/%.c=$(BUILD)/%.o)
	@$(CC) -std=c11 -D_GNU_SOURCE $(CPPFLAGS) $(CFLAGS) $(WARN) -I$(SRC)/core \
	    $(filter %.c %.o,$^) -o $@ $(LDFLAGS) -ljansson -lcrypto -lpcre2-8

$(BUILD)/unit/%: t/unit/%.c $(wildcard t/unit/*.h $(SRC)/core/*.h) \
    $(CORE:$(SRC)/%.c=$(BUILD)/unit/%.o)
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 $(WARN) $(SAN) -I$(SRC)/core \
	    $(filter %.c %.o,$^) -o $@ -lcmocka -ljansson -lcrypto

# these include the sources of the table, with accesses of their own
$(BUILD)/unit/test_table_orders $(BUILD)/unit/test_table_steps: $(BUILD)/unit/%: \
    t/unit/%.c $(wildcard t/unit/*.h $(SRC)/core/*.h) \
    $(TABLE:%=$(SRC)/core/%.c) $(CORE_ELSE:$(SRC)/%.c=$(BUILD)/unit/%.o)
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 $(WARN) $(SAN) -I$(SRC)/core \
	    $< $(filter %.o,$^) -o $@ -lcmocka -ljansson -lcrypto

# and this for a hundred million look-ups, without sanitizers
$(BUILD)/unit/stress_table: t/unit/stress_table.c $(wildcard $(SRC)/core/*.h) \
    $(TABLE:%=$(SRC)/core/%.c) $(CORE_ELSE:$(SRC)/%.c=$(BUILD)/%.o)
	@mkdir -p $(@D)
	@$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -I$(SRC)/core \
	    $< $(filter %.o,$^) -o $@ -ljansson -lcrypto

run: build ## a gate on 127.0.0.1 with a sample table (ONCE=1: end after the tour)
	@t/demo/run.sh

unit: deps $(UNIT:t/unit/%.c=$(BUILD)/unit/%) ## core tests under sanitizers
	@t/count.sh unit $(UNIT:t/unit/%.c=$(BUILD)/unit/%)

# A sanitizer's library has to be there first: nginx itself is not built with it.
SANITIZED := $(BUILD)/sanitized/ngx_http_dm_permission_module.so

$(SANITIZED): FORCE
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitized \
	    OPT="-O1 -fsanitize=address,undefined -fno-omit-frame-pointer \
	    -fno-sanitize-recover=undefined" $@

$(BUILD)/fuzz/%: t/fuzz/%.c t/fuzz/check.h $(wildcard $(SRC)/core/*.h) \
    $(CORE:$(SRC)/%.c=$(BUILD)/fuzz/%.o)
	@clang -std=c11 -D_GNU_SOURCE -O1 $(WARN) $(SAN) -fsanitize=fuzzer \
	    -I$(SRC)/core $(filter %.c %.o,$^) -o $@ -ljansson -lcrypto

fuzz: deps $(FUZZ:%=$(BUILD)/fuzz/%) $(BUILT) $(SANITIZED) ## each fuzzer for FUZZ_SECONDS (10), or for MINUTES
	@t/deps.sh python3
	@FUZZ_SECONDS=$(FUZZ_SECONDS) LIMIT=$(if $(MINUTES),0,600) \
	    t/count.sh fuzz t/fuzz/run.sh t/fuzz/request.py

lint: build ## style rules and static analysis
	@t/count.sh lint t/lint.sh

# Test::Nginx where it is found
HARNESS = PERL5LIB=$$(perl -MTest::Nginx::Socket -e 1 2>/dev/null \
          && echo "$$PERL5LIB" || echo $(CURDIR)/t/compat/lib)

suite: build ## the suites against the distribution's nginx, or that of NGX_SRC=tree
	@$(HARNESS) \
	    TEST_NGINX_BINARY=$(DM_NGINX) \
	    TEST_NGINX_LOAD_MODULES=$(BUILD)/ngx_http_dm_permission_module.so \
	    t/count.sh suite $(wildcard t/*.t)

sanitize: deps $(BUILT) $(SANITIZED) ## the suites again, under address and undefined-behaviour sanitizers
	@$(HARNESS) \
	    TEST_NGINX_BINARY=$(CURDIR)/t/sanitized-nginx.sh \
	    TEST_NGINX_LOAD_MODULES=$(BUILD)/sanitized/ngx_http_dm_permission_module.so \
	    t/count.sh sanitize $(wildcard t/*.t)

# slow: memcheck takes twenty times as long
valgrind: build ## the suites once more, nginx under valgrind
	@t/deps.sh valgrind
	@rm -rf $(BUILD)/valgrind && mkdir -m 777 $(BUILD)/valgrind
	@$(HARNESS) LIMIT=7200 VALGRIND_LOGS=$(BUILD)/valgrind \
	    TEST_NGINX_BINARY=$(CURDIR)/t/valgrind-nginx.sh \
	    TEST_NGINX_LOAD_MODULES=$(BUILD)/ngx_http_dm_permission_module.so \
	    t/count.sh valgrind $(wildcard t/*.t); failed=$$?; \
	    ! find $(BUILD)/valgrind -type f -size +0 -exec cat {} + | grep . \
	    && exit $$failed

# What hands out memory goes through t/memory/fault.c.
$(BUILD)/memory/ngx_http_dm_permission_module.so: t/memory/fault.c $(SANITIZED)
	@mkdir -p $(@D)
	@$(CC) -shared -fPIC -g $(WARN) -fsanitize=address,undefined $< \
	    $$(find $(BUILD)/sanitized/nginx -name '*.o' \
	        -path '*addon*' -o -name 'ngx_http_dm_*_modules.o') \
	    $$(sed -nE 's/^WRAP\((\w+),.*|^__wrap_(\w+)\(.*/-Wl,--wrap=\1\2/p' $<) \
	    -o $@ -ljansson -lcrypto

memory: deps $(BUILT) $(BUILD)/memory/ngx_http_dm_permission_module.so ## each allocation of the module fails once
	@t/deps.sh python3 openssl
	@t/count.sh memory t/memory/run.py

model: build ## random requests, decided by the gate and by a naive model (REQUESTS, SEED)
	@t/deps.sh python3
	@t/count.sh model t/model/run.sh

faults: build ## processes killed, reloads, upgrade, a full disk during syncs (FAULTS=long)
	@t/deps.sh python3
	@t/count.sh faults t/faults/run.sh

soak: build ## mixed load, changes, reloads, kills, for MINUTES (30)
	@t/deps.sh python3
	@t/soak/soak.py $(or $(MINUTES),30)

fleet: build ## several nodes, fed over Redis
	@t/deps.sh $(FLEET_DEBS)
	@t/count.sh fleet t/fleet/fleet.t

clients: build ## OAuth libraries against the demo
	@t/deps.sh $(CLIENTS)
	@t/count.sh clients t/clients/run.sh

test: build ## everything that a change can break
	@rm -f $(BUILD)/count.* $(BUILD)/failed.*
	@for part in $(PARTS); do \
	    $(MAKE) -j$$(nproc) --no-print-directory $$part \
	        || : > $(BUILD)/failed.$$part; \
	done
	@for part in $(PARTS); do \
	    [ ! -e $(BUILD)/failed.$$part ] || [ -e $(BUILD)/count.$$part ] \
	        || echo "0 1" > $(BUILD)/count.$$part; \
	done
	@t/count.sh sum

bench: build ## what a request costs, a message of a stream, a table and its changes (BENCH_TOKENS)
	@t/deps.sh $(BENCH_DEBS)
	@failed=0; for part in instructions ledger stream table changes; do \
	    t/bench/$$part.sh || failed=1; \
	done; /usr/bin/python3 t/bench/peers.py || failed=1; exit $$failed

coverage: ## what the unit tests and the suites meet of core and http
	@t/deps.sh $(DEBS) gcovr
	@t/coverage.sh

browser: build ## the HTML status page in headless Chromium; leaves pictures
	@t/deps.sh $(BROWSER_DEBS)
	@t/browser.sh

# the suites that the module's place in nginx matters for
static: ## with NGX_SRC=tree: the module linked into that nginx, and its suites
ifeq ($(NGX_SRC),$(DISTRO))
	@echo 'make static NGX_SRC=tree: with the source of an nginx' >&2; exit 1
else
	@t/deps.sh $(DEBS)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/static ADD=--add-module \
	    $(BUILD)/static/nginx/nginx
	@$(HARNESS) \
	    TEST_NGINX_BINARY=$(BUILD)/static/nginx/nginx \
	    TEST_NGINX_LOAD_MODULES= t/count.sh static $(wildcard t/gate*.t \
	    t/bypass_*.t t/stream_*.t t/delivery*.t t/status*.t)
endif

metrics: build ## the metrics, the alerts and the dashboard before Prometheus's own tool
	@t/deps.sh $(METRICS_DEBS)
	@$(HARNESS) \
	    TEST_NGINX_LOAD_MODULES=$(BUILD)/ngx_http_dm_permission_module.so \
	    t/count.sh metrics t/status_prometheus.t t/metrics/alerts.t

# once for each state of what goes into it
$(BUILD)/package/built: Makefile config \
    $(wildcard debian/* debian/source/* docs/* docs/*/* $(SRC)/*/*.[ch])
	@t/package/build.sh
	@touch $@

package: ## the Debian package, in build/package
	@t/deps.sh $(PACKAGE_DEBS)
	@$(MAKE) --no-print-directory $(BUILD)/package/built

package-test: package ## it installs, loads, upgrades and goes, in a copy of this machine
	@t/count.sh package-test t/package/package.t

clean: ## remove what was built
	rm -rf $(BUILD)
