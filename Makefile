# ngx_dm_permission_module

SRC     := $(CURDIR)/ngx_dm_permission_module
BUILD   := $(CURDIR)/build
NGX_SRC ?= /usr/share/nginx/src
CC      ?= cc
WARN    := -Wall -Wextra -Werror
CORE    := $(wildcard $(SRC)/core/*.c)
CORE_ELSE := $(filter-out $(SRC)/core/dm_table%.c,$(CORE))
FUZZ    := $(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 10
UNIT    := $(wildcard t/unit/test_*.c t/unit/stress_*.c)
OPT     := -O2
SAN     := -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
PARTS   := lint unit fuzz suite sanitize fleet
DEBS    := gcc clang libclang-rt-14-dev nginx nginx-dev libcmocka-dev \
           libjansson-dev libssl-dev libpcre2-dev zlib1g-dev curl openssl \
           libtest-base-perl libtest-longstring-perl cppcheck clang-tidy

BENCH_DEBS := valgrind python3
FLEET_DEBS := redis-server redis-tools python3 python3-redis

.PHONY: help deps build run test unit fuzz suite sanitize fleet lint bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

deps: ## install what is missing, from the distribution
	@t/deps.sh $(DEBS)

build: deps $(BUILD)/ngx_http_dm_permission_module.so $(BUILD)/dm-permission ## the module and the command

# a source that is added or removed touches its directory
$(BUILD)/nginx/Makefile: config $(SRC)/core $(SRC)/http \
    $(wildcard $(NGX_SRC)/conf_flags)
	@mkdir -p $(BUILD)
	@rm -rf $(BUILD)/nginx-src $(BUILD)/nginx
	@cp -r $(NGX_SRC) $(BUILD)/nginx-src
	@cd $(BUILD)/nginx-src && bash -c '. ./conf_flags; ./configure \
	    "$${NGX_CONF_FLAGS[@]}" --builddir=$(BUILD)/nginx \
	    --with-cc-opt="-g -Wall -Wextra $(OPT)" --with-ld-opt="$(OPT)" \
	    --add-dynamic-module=$(CURDIR)' > $(BUILD)/configure.log 2>&1 \
	    || { tail -20 $(BUILD)/configure.log; exit 1; }

$(BUILD)/ngx_http_dm_permission_module.so: $(BUILD)/nginx/Makefile \
    $(wildcard $(SRC)/*/*.[ch])
	@cd $(BUILD)/nginx-src && $(MAKE) -f $(BUILD)/nginx/Makefile modules \
	    > $(BUILD)/make.log 2>&1 || { tail -40 $(BUILD)/make.log; exit 1; }
	@cp $(BUILD)/nginx/ngx_http_dm_permission_module.so $@

$(BUILD)/dm-permission: $(wildcard $(SRC)/cli/*.[ch] $(SRC)/core/*.[ch])
	@$(CC) -std=c11 -D_GNU_SOURCE -O2 -g $(WARN) -I$(SRC)/core $(SRC)/cli/*.c \
	    $(CORE) -o $@ -ljansson -lcrypto

$(BUILD)/unit/%: t/unit/%.c $(wildcard t/unit/*.h $(SRC)/core/*.[ch])
	@mkdir -p $(BUILD)/unit
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 $(WARN) $(SAN) -I$(SRC)/core $< \
	    $(CORE) -o $@ -lcmocka -ljansson -lcrypto

# these include the sources of the table
$(BUILD)/unit/stress_table: $(BUILD)/unit/%: t/unit/%.c \
    $(wildcard t/unit/*.h $(SRC)/core/*.[ch])
	@mkdir -p $(BUILD)/unit
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 $(WARN) $(SAN) -I$(SRC)/core $< \
	    $(CORE_ELSE) -o $@ -ljansson -lcrypto

run: build ## a gate on 127.0.0.1 with a sample table (ONCE=1: end after the tour)
	@t/demo/run.sh

unit: deps $(UNIT:t/unit/%.c=$(BUILD)/unit/%) ## core tests under sanitizers
	@t/count.sh unit $(UNIT:t/unit/%.c=$(BUILD)/unit/%)

$(BUILD)/fuzz/%: t/fuzz/%.c $(wildcard $(SRC)/core/*.[ch])
	@mkdir -p $(BUILD)/fuzz
	@clang -std=c11 -D_GNU_SOURCE -g -O1 $(WARN) \
	    -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -I$(SRC)/core $< $(CORE) \
	    -o $@ -ljansson -lcrypto

fuzz: deps $(FUZZ:%=$(BUILD)/fuzz/%) ## each fuzzer for FUZZ_SECONDS (10)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) t/count.sh fuzz t/fuzz/run.sh

lint: build ## style rules and static analysis
	@t/count.sh lint t/lint.sh

suite: build ## the suites against the distribution's nginx
	@PERL5LIB=$$(perl -MTest::Nginx::Socket -e 1 2>/dev/null \
	    || echo $(CURDIR)/t/compat/lib) \
	    TEST_NGINX_LOAD_MODULES=$(BUILD)/ngx_http_dm_permission_module.so \
	    t/count.sh suite $(wildcard t/*.t)

# A sanitizer's library has to be there first: nginx itself is not built with it.
sanitize: deps ## the suites again, under address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitized \
	    OPT="-O1 -fsanitize=address,undefined -fno-omit-frame-pointer \
	    -fno-sanitize-recover=undefined" \
	    $(BUILD)/sanitized/ngx_http_dm_permission_module.so
	@PERL5LIB=$$(perl -MTest::Nginx::Socket -e 1 2>/dev/null \
	    || echo $(CURDIR)/t/compat/lib) \
	    TEST_NGINX_BINARY=$(CURDIR)/t/sanitized-nginx.sh \
	    TEST_NGINX_LOAD_MODULES=$(BUILD)/sanitized/ngx_http_dm_permission_module.so \
	    t/count.sh sanitize $(wildcard t/*.t)

fleet: build ## several nodes, fed over Redis
	@t/deps.sh $(FLEET_DEBS)
	@t/count.sh fleet t/fleet/fleet.t

test: build ## everything that a change can break
	@rm -f $(BUILD)/count.* $(BUILD)/failed.*
	@for part in $(PARTS); do \
	    $(MAKE) --no-print-directory $$part || : > $(BUILD)/failed.$$part; \
	done
	@for part in $(PARTS); do \
	    [ ! -e $(BUILD)/failed.$$part ] || [ -e $(BUILD)/count.$$part ] \
	        || echo "0 1" > $(BUILD)/count.$$part; \
	done
	@t/count.sh sum

bench: build ## what a request costs, and the reading of a table
	@t/deps.sh $(BENCH_DEBS)
	@t/bench/instructions.sh
	@t/bench/table.sh

clean: ## remove what was built
	rm -rf $(BUILD)
