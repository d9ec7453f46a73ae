# SPDX-License-Identifier: GPL-2.0
#
# Builds everything below build/. What belongs to a part is found by where it
# lies, so that a new file needs no line here:
#
#   module/          build/module/<kernel>/aios.ko  (Kbuild says which files)
#   lib/*.c          build/lib/libaios.so and .a
#   lib/cuda/        build/lib/libaios-cuda.so
#   lib/examples/    build/examples/<name>, one program a file
#   cli/             build/lib/aios/aiosctl, and with cli/front/ build/bin/aiosctl
#   tests/<part>/    build/tests/<part>/<name>: one program for each file with a
#                    main(), the others linked into each; or by its own Makefile
#   bench/           build/bench/<name>, likewise
#   python/          build/python/dist/, wheel and sdist
#   integrations/    build/integrations/: what engines load or start, with
#                    integrations/common/ in each

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:

all:

VERSION := 0.1.0
SOVERSION := 0

O := build
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
# Of what is loaded into programs that use CUDA.
CUDADIR ?= $(LIBDIR)
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
UDEVDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/usr/lib/udev,$(PREFIX)/lib/udev)
SYSUSERSDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/usr/lib/sysusers.d,$(PREFIX)/lib/sysusers.d)
UNITDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/usr/lib/systemd,$(PREFIX)/lib/systemd)
INSTALL ?= install

CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
AR := $(if $(filter default,$(origin AR)),ar,$(AR))
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
# WERROR= lets a newer compiler's new warnings pass.
WERROR ?= -Werror
cflags := -std=gnu11 -D_GNU_SOURCE= -Wall -Wextra $(WERROR) -pthread -Iuapi \
	-DAIOS_VERSION='"$(VERSION)"'
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

pkg = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)

# $(call soname,MACRO,LIBRARY,PACKAGE): define MACRO as the name by which the
# dynamic linker knows LIBRARY, for what loads it when it needs it.
soname = -D$(1)='"$(shell CC='$(CC)' scripts/soname $(2) $(call pkg,--libs $(3)))"'

FORCE:
.PHONY: FORCE all module lib cli examples integrations tests bench python train check check-arm64 \
	check-packages lint demo setup clean help install install-module install-dkms install-user \
	uninstall deb

# ---------------------------------------------------------------------- module

# KERNEL=6.1 (6.12, 6.1-rt, 6.1-arm64, debug, kcsan, next) builds for a kernel below build/kernels/;
# KDIR=/path/to/headers for any other. With neither: the running kernel where
# its headers are installed, else whatever is below build/kernels/.
running := /lib/modules/$(shell uname -r)/build
ifneq ($(KERNEL),)
modules := $(KERNEL)
else ifneq ($(KDIR),)
modules := host
else ifneq ($(wildcard $(running)),)
KDIR := $(running)
modules := host
else
modules := $(patsubst $(O)/kernels/%/release,%,$(wildcard $(O)/kernels/*/release))
endif

has_module := $(if $(KERNEL)$(filter command line,$(origin KDIR)),y,$(wildcard module/main.c))
ifneq ($(has_module),)
module: $(modules:%=$(O)/module/%/aios.ko)
ifeq ($(modules),)
module:
	@echo "make: no module built: no kernel headers; install" \
		"linux-headers-$$(uname -r), or run scripts/kernel 6.1" >&2
endif
else
module:
endif

# KERNEL=6.1-arm64 and the like are built for by a compiler that scripts/arm64 unpacks.
cross := $(abspath $(O))/apt/arm64/cross/usr
kernel_for = $(if $(filter %-arm64,$(1)),ARCH=arm64 \
	CROSS_COMPILE=$(cross)/bin/aarch64-linux-gnu- \
	LD_LIBRARY_PATH=$(cross)/lib/x86_64-linux-gnu)

# Debian's headers for 6.1 lack the vmlinux that BTF would need.
no_btf = $(if $(wildcard $(1)/vmlinux),,CONFIG_DEBUG_INFO_BTF_MODULES=)

$(O)/module/host/aios.ko: FORCE
	@scripts/module-tree $(@D)
	+$(MAKE) -C $(KDIR) M=$(abspath $(@D)) $(call no_btf,$(KDIR)) modules

# For the kernels that the tests run on, every warning counts. One at a time:
# Kbuild's outputs are not made to be written twice at once.
$(O)/module/%/aios.ko: FORCE | $(O)/kernels/%/release
	@scripts/module-tree $(@D)
	+flock $(@D) $(MAKE) -C $(O)/kernels/$*/build M=$(abspath $(@D)) W=1 \
		KCFLAGS=-Werror $(call kernel_for,$*) $(call no_btf,$(O)/kernels/$*/build) modules

$(addprefix $(O)/kernels/,$(addsuffix /release,debug kcsan next)): $(O)/kernels/%/release:
	scripts/debug-kernel $*

$(O)/kernels/%/release:
	scripts/kernel $*

# ------------------------------------------------------------- the pure core

# The same sources that the module is made of, for programs of user space.
core_src := $(wildcard module/core/*.c module/core/*/*.c)
core_obj := $(core_src:module/%.c=$(O)/obj/%.o)
core_asan := $(core_src:module/%.c=$(O)/asan/%.o)
core := $(if $(core_src),$(O)/obj/core.a)
core_sanitized := $(if $(core_src),$(O)/asan/core.a)

$(O)/obj/core/%.o: module/core/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(cflags) -fPIC -Imodule -MMD -MP -c -o $@ $<

$(O)/asan/core/%.o: module/core/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(cflags) $(sanitize) -Imodule -MMD -MP -c -o $@ $<

$(O)/obj/core.a: $(core_obj)
$(O)/asan/core.a: $(core_asan)
$(O)/obj/core.a $(O)/asan/core.a:
	@rm -f $@
	$(AR) rcsD $@ $^

# --------------------------------------------------------------------- library

lib_src := $(wildcard lib/*.c)
lib_obj := $(lib_src:lib/%.c=$(O)/obj/lib/%.o)
lib_packages := libnl-genl-3.0 libnl-3.0
lib_cflags := $(call pkg,--cflags $(lib_packages))
lib_so := $(O)/lib/libaios.so
lib_map := $(wildcard lib/libaios.map)
cuda_obj := $(patsubst lib/%.c,$(O)/obj/lib/%.o,$(wildcard lib/cuda/*.c))
cuda_so := $(O)/lib/libaios-cuda.so

ifneq ($(lib_src),)
lib: $(lib_so) $(O)/lib/libaios.a $(O)/lib/libaios.pc $(cuda_so)
libaios := $(lib_so)
else
lib:
libaios :=
endif
libaios_flags := $(if $(libaios),-L$(O)/lib -laios)

$(O)/obj/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(cflags) -fPIC -fvisibility=hidden -Ilib -Imodule \
		$(lib_cflags) $(sonames) -MMD -MP -c -o $@ $<

$(O)/obj/lib/nl.o: sonames = $(call soname,AIOS_NL_SONAME,libnl-genl-3,libnl-genl-3.0)

$(lib_so).$(SOVERSION): $(lib_obj) $(lib_map)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(@F) -Wl,-z,defs -Wl,--as-needed \
		$(lib_map:%=-Wl,--version-script=%) $(LDFLAGS) -o $@ \
		$(lib_obj) -ldl -pthread

$(lib_so): $(lib_so).$(SOVERSION)
	ln -sfT $(<F) $@

# It is loaded into programs of others: so it has libaios in it, and shows its own names
# without a version, as those have none that it stands before.
$(cuda_so): $(cuda_obj) lib/cuda/libaios-cuda.map $(O)/lib/libaios.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(@F) -Wl,-z,defs -Wl,--as-needed \
		-Wl,-Bsymbolic-functions -Wl,--version-script=lib/cuda/libaios-cuda.map $(LDFLAGS) -o $@ \
		$(cuda_obj) $(O)/lib/libaios.a -ldl -pthread

$(O)/lib/libaios.a: $(lib_obj)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcsD $@ $^

$(O)/lib/libaios.pc: packaging/libaios.pc.in Makefile
	@mkdir -p $(@D)
	sed -e 's,@PREFIX@,$(PREFIX),' -e 's,@LIBDIR@,$(LIBDIR),' \
		-e 's,@INCLUDEDIR@,$(INCLUDEDIR),' -e 's,@VERSION@,$(VERSION),' $< >$@

# --------------------------------------------------------------------- command

oci_hook_dest := $(LIBDIR)/aios/aios-oci-hook

cli_src := $(wildcard cli/*.c cli/*/*.c)
cli_obj := $(cli_src:cli/%.c=$(O)/obj/cli/%.o)
cli_front := $(O)/obj/cli/front/front.o
cli_parts := $(filter-out $(cli_front) $(O)/obj/cli/main.o,$(cli_obj))
cli_full := $(O)/lib/aios/aiosctl
cli_packages := json-c ncursesw libpci zlib
cli_cflags := $(call pkg,--cflags $(cli_packages))

completions := $(addprefix $(O)/completion/,aiosctl.bash _aiosctl aiosctl.fish)
cli: $(if $(wildcard cli/main.c),$(O)/bin/aiosctl $(cli_full) $(completions))

$(O)/obj/cli/%.o: cli/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(cflags) -Icli -Ilib -Imodule $(cli_cflags) $(sonames) \
		-MMD -MP -c -o $@ $<

$(O)/obj/cli/lazy/curses.o: sonames = $(call soname,CURSES_SONAME,libncursesw,ncursesw)
$(O)/obj/cli/lazy/jsonc.o: sonames = $(call soname,JSONC_SONAME,libjson-c,json-c)
$(O)/obj/cli/lazy/libpci.o: sonames = $(call soname,LIBPCI_SONAME,libpci,libpci)
$(O)/obj/cli/cdi.o: sonames = -DAIOS_OCI_HOOK='"$(oci_hook_dest)"'
$(O)/obj/cli/lazy/zlib.o: sonames = $(call soname,ZLIB_SONAME,libz,zlib)

$(O)/obj/cli/start/preload.o: sonames = -DAIOS_CUDA_LIBRARY='"$(CUDADIR)/libaios-cuda.so"'

$(cli_front): sonames = -DAIOSCTL_FULL='"$(LIBDIR)/aios/aiosctl"'

$(O)/obj/cli.a: $(cli_parts)
	@rm -f $@
	$(AR) rcsD $@ $^

# Who starts it waits until it has been linked: so it needs the C library alone, loads
# others itself (cli/lazy/), and has libaios in it. The core is what it simulates with.
# What the C library has of libm is taken there.
$(cli_full): $(O)/obj/cli/main.o $(O)/obj/cli.a $(core) $(O)/lib/libaios.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wl,--as-needed $(LDFLAGS) -o $@ $^ -ldl -lc -lm -pthread

# Jobs wait for this one, which is static where the C library can be linked so.
static := $(if $(wildcard $(shell $(CC) -print-file-name=libc.a)),-static-pie)

$(O)/bin/aiosctl: $(cli_front) $(O)/obj/cli.a $(core) $(O)/lib/libaios.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(static) -Wl,--as-needed $(LDFLAGS) -o $@ $^ -ldl -lc -lm -pthread

# The command itself knows what the shells can complete.
$(O)/completion/aiosctl.bash: for_shell := bash
$(O)/completion/_aiosctl: for_shell := zsh
$(O)/completion/aiosctl.fish: for_shell := fish
$(completions): $(cli_full)
	@mkdir -p $(@D)
	$< completion $(for_shell) >$@

# ---------------------------------------------------------------- integrations

# Engines start them where no library of ours need be found: libaios is in them.
integrations_common := $(patsubst %.c,$(O)/obj/%.o,$(wildcard integrations/common/*.c))
oci_obj := $(patsubst %.c,$(O)/obj/%.o,$(wildcard integrations/oci/*.c))
oci_parts := $(filter-out %/hook.o,$(oci_obj))
oci_hook := $(O)/integrations/aios-oci-hook
oci_hooks_d := $(O)/integrations/50-aios.json

integrations: $(oci_hook) $(oci_hooks_d)

# Slurm's plugins are of one version of it: this one is built where its headers are.
slurm := $(wildcard /usr/include/slurm/spank.h)
slurm_plugin := $(if $(slurm),$(O)/integrations/aios_spank.so)
slurm_dest := $(if $(slurm),$(LIBDIR)/aios/aios_spank.so)

integrations: $(slurm_plugin)

# It finds Slurm's own functions in whatever loads it.
$(O)/integrations/aios_spank.so: $(O)/obj/integrations/slurm/aios_spank.o \
		$(integrations_common) $(O)/lib/libaios.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,--as-needed -Wl,--exclude-libs,ALL $(LDFLAGS) -o $@ $^ \
		-ldl -pthread

$(O)/obj/integrations/%.o: integrations/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(cflags) -fPIC -fvisibility=hidden -Iintegrations -Ilib \
		$(call pkg,--cflags json-c) -MMD -MP -c -o $@ $<

$(oci_hook): $(oci_obj) $(integrations_common) $(O)/lib/libaios.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wl,--as-needed $(LDFLAGS) -o $@ $^ $(call pkg,--libs json-c) \
		-ldl -pthread

$(oci_hooks_d): integrations/oci/50-aios.json.in Makefile
	@mkdir -p $(@D)
	sed 's,@LIBDIR@,$(LIBDIR),' $< >$@

# ---------------------------------------------- examples, tests and benchmarks

examples := $(patsubst lib/examples/%.c,$(O)/examples/%,$(wildcard lib/examples/*.c))
examples: $(examples)

$(O)/examples/%: lib/examples/%.c $(libaios)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(cflags) -Ilib -MMD -MP -MF $@.d -Wl,--as-needed \
		-Wl,-rpath,'$$ORIGIN/../lib' -o $@ $< $(libaios_flags) -lm

# $(call programs,DIR): the sources of DIR that are programs of their own.
programs = $(if $(wildcard $(1)/*.c),$(shell grep -l '^int main' $(1)/*.c))

test_flags := -Imodule -Ilib $(lib_cflags) $(cli_cflags) $(call pkg,--cflags cmocka)
test_libs = -Wl,--as-needed -Wl,-rpath,$(abspath $(O)/lib) $(libaios_flags) \
	$(call pkg,--libs cmocka gmp json-c libnl-genl-3.0) -ldl -lm

# $(call program_rules,DIR,OUT,CORE,OBJ,FLAGS): the programs of DIR in OUT.
define program_rules
$(2)_programs := $$(patsubst $(1)/%.c,$(2)/%,$$(call programs,$(1)))
$(2)_common := $$(patsubst $(1)/%.c,$(4)/%.o,\
	$$(filter-out $$(call programs,$(1)),$$(wildcard $(1)/*.c)))

$(4)/%.o: $(1)/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(cflags) $(5) $$(test_flags) -I$(1) -MMD -MP -c -o $$@ $$<

$$($(2)_programs): $(2)/%: $(4)/%.o $$($(2)_common) $(3) $$(libaios)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $(5) -o $$@ $$(filter %.o,$$^) $(filter-out %.o,$(3)) -pthread $$(test_libs)

tests_built += $$($(2)_programs)
endef

own_makefile := $(patsubst %/Makefile,%,$(wildcard tests/*/Makefile bench/Makefile))
test_dirs := $(filter-out $(own_makefile),$(patsubst %/,%,$(sort $(dir $(wildcard tests/*/*.c)))))

tests_built :=
$(foreach d,$(test_dirs),$(eval \
	$(call program_rules,$(d),$(O)/$(d),$(core),$(O)/obj/$(d),)))
# Those of the integrations have these in them.
test_flags += -Iintegrations
$(patsubst %.c,$(O)/%,$(wildcard tests/integrations/*.c)): $(oci_parts) $(integrations_common)
# The engine's fuzzer has the machine of the core's tests.
chaos := tests/core/chaos.o tests/core/scratch.o tests/core/world.o
$(O)/tests/fuzz/fuzz_engine: $(chaos:%=$(O)/obj/%)
$(O)/asan/tests/fuzz/fuzz_engine: $(chaos:%=$(O)/asan/obj/%)
# Each test of the core is also built to catch what C leaves undefined.
$(foreach d,$(filter tests/core tests/fuzz,$(test_dirs)),$(eval \
	$(call program_rules,$(d),$(O)/asan/$(d),$(core_sanitized),$(O)/asan/obj/$(d),$(sanitize))))

tests: $(tests_built) $(addprefix own-,$(filter tests/%,$(own_makefile)))

$(addprefix own-,$(own_makefile)): own-%: lib $(core) FORCE
	+$(MAKE) -C $* O=$(abspath $(O))

ifeq ($(filter bench,$(own_makefile)),)
tests_built :=
# They print with the printer of aiosctl.
bench_printer := $(patsubst cli/%.c,$(O)/obj/cli/%.o,$(wildcard cli/print/out*.c) \
	cli/print/table.c cli/print/text.c cli/print/util.c \
	cli/lazy/jsonc.c cli/lazy/lazy.c)
$(eval $(call program_rules,bench,$(O)/bench,$(bench_printer) $(core),$(O)/obj/bench,-Icli))
bench: $(tests_built) $(O)/bench/stamp

# Nothing runs in it before its first line.
$(O)/bench/stamp: bench/stamp/stamp.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(filter-out -pthread,$(cflags)) -static -no-pie -nostdlib \
		-fno-pie -fno-stack-protector -o $@ $<
else
bench: own-bench
endif

all: module lib cli examples integrations

# ---------------------------------------------------------------------- Python

# Built from a copy, as building leaves things in the sources.
python:
	@scripts/python-env
	rm -rf $(O)/python/source $(O)/python/dist
	mkdir -p $(O)/python
	cp -r python $(O)/python/source
	$(O)/python/venv/bin/python -m build -q --no-isolation -o $(O)/python/dist \
		$(O)/python/source

# -------------------------------------------------------------------- training

# The weights of policy learned, in build/training/ranker.model: a quarter of an hour of a
# processor, and it goes on where it was interrupted. TRAIN='--seed 2' and the like.
train: cli
	training/train $(TRAIN)

# ---------------------------------------------------------------------- checks

setup:
	@scripts/setup

lint:
	@scripts/lint

check:
	@MAKEFLAGS= scripts/check $(CHECK)

# An emulated machine of arm64; CHECK= names the kernel tests to run there.
check-arm64:
	@MAKEFLAGS= scripts/arm64 check $(CHECK)

# The recipes of the README and Debian's packages, in a machine that booted systemd. An
# emulated one takes long to make modules in.
check-packages: lib cli integrations
	@scripts/setup build vm test deb
	@scripts/kernel 6.12
	@prove --timer --exec scripts/run-test \
		tests/packaging/system/recipe.t@6.12 tests/packaging/system/deb.t@6.12

demo:
	@scripts/demo

# --------------------------------------------------------------------- install

# Everything that install puts below $(DESTDIR), and so what uninstall removes.
man_pages := $(wildcard Documentation/man/*.[1-9] Documentation/man/man[1-9]/*.[1-9])
man_dest = $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))/$(notdir $(1))
bash_completion := $(DATADIR)/bash-completion/completions/aiosctl
zsh_completion := $(DATADIR)/zsh/site-functions/_aiosctl
# Of all places below PREFIX fish looks into those that XDG_DATA_DIRS names, and always here.
FISHDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/usr/share,$(DATADIR))/fish/vendor_completions.d
fish_completion := $(FISHDIR)/aiosctl.fish
oci_hooks_d_dest := $(DATADIR)/aios/50-aios.json
udev_rule := $(UDEVDIR)/rules.d/60-aios.rules
sysusers := $(SYSUSERSDIR)/aios.conf
# Units and scripts name the command by its path.
units := $(patsubst packaging/%.service.in,%.service,$(wildcard packaging/*.service.in))
user_units := $(patsubst packaging/user/%.in,%,$(wildcard packaging/user/*.service.in))
state_script := $(LIBDIR)/aios/aios-state
dkms_source := /usr/src/aios-$(VERSION)
installed := $(BINDIR)/aiosctl $(LIBDIR)/aios/aiosctl $(LIBDIR)/libaios.so.$(SOVERSION) $(LIBDIR)/libaios.so \
	$(CUDADIR)/libaios-cuda.so $(LIBDIR)/libaios.a $(LIBDIR)/pkgconfig/libaios.pc $(INCLUDEDIR)/aios.h \
	$(INCLUDEDIR)/linux/aios.h $(foreach m,$(man_pages),$(call man_dest,$(m))) \
	$(bash_completion) $(zsh_completion) $(fish_completion) $(udev_rule) $(sysusers) \
	$(addprefix $(UNITDIR)/system/,$(units)) $(addprefix $(UNITDIR)/user/,$(user_units)) \
	$(state_script) \
	$(oci_hook_dest) $(oci_hooks_d_dest) $(slurm_dest)

# Only for the running kernel, or for the one that KERNEL or KDIR names.
install_for := $(if $(KERNEL)$(filter host,$(modules)),$(modules))
modules_kdir = $(if $(filter host,$(1)),$(KDIR),$(O)/kernels/$(1)/build)

reload_units = -[ ! -d /run/systemd/system ] || systemctl daemon-reload

install: all install-user install-module

$(O)/packaging/%: packaging/%.in Makefile
	@mkdir -p $(@D)
	sed -e 's,@BINDIR@,$(BINDIR),' $< >$@

install-user: lib cli integrations $(addprefix $(O)/packaging/,$(units) aios-state \
		$(addprefix user/,$(user_units)))
	$(INSTALL) -Dm755 $(O)/bin/aiosctl $(DESTDIR)$(BINDIR)/aiosctl
	$(INSTALL) -Dm755 $(cli_full) $(DESTDIR)$(LIBDIR)/aios/aiosctl
	$(INSTALL) -Dm755 $(lib_so).$(SOVERSION) $(DESTDIR)$(LIBDIR)/libaios.so.$(SOVERSION)
	ln -sfn libaios.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libaios.so
	$(INSTALL) -Dm755 $(cuda_so) $(DESTDIR)$(CUDADIR)/libaios-cuda.so
	$(INSTALL) -Dm644 $(O)/lib/libaios.a $(DESTDIR)$(LIBDIR)/libaios.a
	$(INSTALL) -Dm644 $(O)/lib/libaios.pc $(DESTDIR)$(LIBDIR)/pkgconfig/libaios.pc
	$(INSTALL) -Dm644 lib/aios.h $(DESTDIR)$(INCLUDEDIR)/aios.h
	$(INSTALL) -Dm644 uapi/linux/aios.h $(DESTDIR)$(INCLUDEDIR)/linux/aios.h
	$(INSTALL) -Dm644 $(O)/completion/aiosctl.bash $(DESTDIR)$(bash_completion)
	$(INSTALL) -Dm644 $(O)/completion/_aiosctl $(DESTDIR)$(zsh_completion)
	$(INSTALL) -Dm644 $(O)/completion/aiosctl.fish $(DESTDIR)$(fish_completion)
	$(INSTALL) -Dm644 packaging/60-aios.rules $(DESTDIR)$(udev_rule)
	$(INSTALL) -Dm644 packaging/aios.sysusers $(DESTDIR)$(sysusers)
	$(INSTALL) -Dm755 $(O)/packaging/aios-state $(DESTDIR)$(state_script)
	@set -e; $(foreach u,$(units),$(INSTALL) -Dm644 $(O)/packaging/$(u) $(DESTDIR)$(UNITDIR)/system/$(u);)
	@set -e; $(foreach u,$(user_units),$(INSTALL) -Dm644 $(O)/packaging/user/$(u) \
		$(DESTDIR)$(UNITDIR)/user/$(u);)
	$(INSTALL) -Dm755 $(oci_hook) $(DESTDIR)$(oci_hook_dest)
	$(INSTALL) -Dm644 $(oci_hooks_d) $(DESTDIR)$(oci_hooks_d_dest)
ifneq ($(slurm),)
	$(INSTALL) -Dm755 $(slurm_plugin) $(DESTDIR)$(slurm_dest)
endif
	@set -e; $(foreach m,$(man_pages),$(INSTALL) -Dm644 $(m) $(DESTDIR)$(call man_dest,$(m));)

# What makes the installed things known; only where they are this machine's own.
ifeq ($(DESTDIR),)
	-systemd-sysusers $(sysusers) || groupadd -fr aios
	-/sbin/ldconfig
	-udevadm control --reload
	$(reload_units)
endif

# Kbuild runs depmod only where it finds System.map, which Debian's headers lack.
install-module: module
	+@set -e; $(foreach k,$(install_for),$(MAKE) -C $(call modules_kdir,$(k)) \
		M=$(abspath $(O)/module/$(k)) $(if $(DESTDIR),INSTALL_MOD_PATH=$(abspath $(DESTDIR))) \
		INSTALL_MOD_STRIP=1 cmd_depmod=: $(call kernel_for,$(k)) \
		$(call no_btf,$(call modules_kdir,$(k))) CONFIG_MODULE_SIG_ALL= modules_install; \
		$(if $(DESTDIR),:,/sbin/depmod $$(cat $(call modules_kdir,$(k))/include/config/kernel.release);))
ifeq ($(install_for),)
	@echo "make: no module installed: the running kernel's headers are missing" \
		"(linux-headers-$$(uname -r)); or name KERNEL= or KDIR=" >&2
endif

# Debian's packages, from a copy: what builds them leaves things beside the sources, and
# wants debian/ at their top.
deb_tree := $(O)/deb/aios-$(VERSION)
deb:
	@scripts/setup build deb
	rm -rf $(O)/deb
	mkdir -p $(deb_tree)
	git ls-files -co --exclude-standard -z | xargs -0 cp -P --parents -t $(deb_tree)
	mv $(deb_tree)/packaging/debian $(deb_tree)/debian
	cd $(deb_tree) && DEB_BUILD_OPTIONS="$${DEB_BUILD_OPTIONS-parallel=$$(nproc)}" \
		env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -b -us -uc
	@ls $(O)/deb/*.deb

install-dkms:
	$(INSTALL) -d $(DESTDIR)$(dkms_source)
	cp -r --parents Kbuild SECURITY.md dkms.conf module uapi $(DESTDIR)$(dkms_source)

# What DKMS has built it removes itself, as long as it finds the sources. Others may have
# been put into the same folders, so these go only when nothing is left in them.
own_folders = $(wildcard $(addprefix $(DESTDIR),/lib/modules/*/extra /lib/modules/*/updates \
	$(LIBDIR)/aios $(DATADIR)/aios $(LIBDIR)/pkgconfig $(INCLUDEDIR)/linux \
	$(DATADIR)/bash-completion/completions $(DATADIR)/bash-completion \
	$(DATADIR)/zsh/site-functions $(DATADIR)/zsh $(FISHDIR) $(MANDIR)/man*))
uninstall:
ifeq ($(DESTDIR),)
	-[ ! -d /run/systemd/system ] || systemctl disable $(units)
	@[ -z "$$(dkms status aios/$(VERSION) 2>/dev/null)" ] || dkms remove aios/$(VERSION) --all || { \
		echo "make: nothing was removed: run 'dkms remove aios/$(VERSION) --all'," \
			"then 'make uninstall' again" >&2; false; }
endif
	rm -f $(addprefix $(DESTDIR),$(installed))
	rm -rf $(DESTDIR)$(dkms_source)
	rm -f $(wildcard $(addprefix $(DESTDIR)/lib/modules/*/,$(addsuffix /aios.ko*,extra updates)))
	@for d in $(own_folders); do [ ! -d "$$d" ] || rmdir --ignore-fail-on-non-empty "$$d" || :; done
ifeq ($(DESTDIR),)
	-/sbin/depmod
	-/sbin/ldconfig
	-udevadm control --reload
	$(reload_units)
endif

clean:
	rm -rf $(filter-out $(O)/kernels $(O)/src $(O)/apt,$(wildcard $(O)/*))

help:
	@echo 'make            module, library, command and examples, below build/'
	@echo 'make demo       the main job on real programs, in a virtual machine'
	@echo 'make check      every test and lint, on kernels 6.1, 6.12 and debug'
	@echo 'make check-arm64  the kernel tests in an emulated machine of arm64'
	@echo 'make check-packages  what the README installs, and Debian packages, in machines'
	@echo 'make lint       only what needs no machine: warnings and style'
	@echo 'make tests      build the tests and run none; make bench likewise'
	@echo 'make python     the Python package, wheel and sdist, in build/python/dist/'
	@echo 'make train      train the weights of policy learned, in build/training/'
	@echo 'make integrations  what container runtimes start, in build/integrations/'
	@echo 'make module     KERNEL=6.1|6.12|6.1-rt|6.1-arm64|debug|kcsan|next, or KDIR=<headers>'
	@echo 'make install    DESTDIR= PREFIX=$(PREFIX); make uninstall; make install-dkms'
	@echo 'make deb        Debian packages of all of it, in build/deb/'
	@echo 'make clean      remove what was built, but keep kernels'

-include $(shell find $(wildcard $(O)/obj $(O)/asan $(O)/examples) /dev/null -name '*.d')
