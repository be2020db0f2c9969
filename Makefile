# ngx_dm_permission_module

SRC     := $(CURDIR)/ngx_dm_permission_module
BUILD   := $(CURDIR)/build
NGX_SRC ?= /usr/share/nginx/src
CC      ?= cc
WARN    := -Wall -Wextra -Werror
CORE    := $(wildcard $(SRC)/core/*.c)
UNIT    := $(wildcard t/unit/test_*.c t/unit/stress_*.c)
SAN     := -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
DEBS    := gcc clang libclang-rt-14-dev nginx nginx-dev libcmocka-dev \
           libjansson-dev libssl-dev libpcre2-dev zlib1g-dev curl \
           libtest-base-perl libtest-longstring-perl

.PHONY: help deps build test unit suite clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

deps: ## install what is missing, from the distribution
	@t/deps.sh $(DEBS)

build: deps $(BUILD)/ngx_http_dm_permission_module.so ## the module

$(BUILD)/nginx/Makefile: config $(wildcard $(NGX_SRC)/conf_flags)
	@mkdir -p $(BUILD)
	@rm -rf $(BUILD)/nginx-src $(BUILD)/nginx
	@cp -r $(NGX_SRC) $(BUILD)/nginx-src
	@cd $(BUILD)/nginx-src && bash -c '. ./conf_flags; ./configure \
	    "$${NGX_CONF_FLAGS[@]}" --builddir=$(BUILD)/nginx \
	    --with-cc-opt="-O2 -g -Wall -Wextra" \
	    --add-dynamic-module=$(CURDIR)' > $(BUILD)/configure.log 2>&1 \
	    || { tail -20 $(BUILD)/configure.log; exit 1; }

$(BUILD)/ngx_http_dm_permission_module.so: $(BUILD)/nginx/Makefile \
    $(wildcard $(SRC)/*/*.[ch])
	@cd $(BUILD)/nginx-src && $(MAKE) -f $(BUILD)/nginx/Makefile modules \
	    > $(BUILD)/make.log 2>&1 || { tail -40 $(BUILD)/make.log; exit 1; }
	@cp $(BUILD)/nginx/ngx_http_dm_permission_module.so $@

$(BUILD)/unit/%: t/unit/%.c $(wildcard t/unit/*.h $(SRC)/core/*.[ch])
	@mkdir -p $(BUILD)/unit
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 $(WARN) $(SAN) -I$(SRC)/core $< \
	    $(CORE) -o $@ -lcmocka -ljansson -lcrypto

unit: deps $(UNIT:t/unit/%.c=$(BUILD)/unit/%) ## core tests under sanitizers
	@t/count.sh unit $(UNIT:t/unit/%.c=$(BUILD)/unit/%)

suite: build ## the gate in a running nginx
	@t/count.sh suite $(wildcard t/suite/*.sh)

test: build ## everything that a change can break
	@rm -f $(BUILD)/count.*
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory suite
	@t/count.sh sum

clean: ## remove what was built
	rm -rf $(BUILD)
