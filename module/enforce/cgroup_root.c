// SPDX-License-Identifier: GPL-2.0
/*
 * The root of the subtree that aios governs: found or made at load, its
 * controllers checked and enabled, left as it was found at unload.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/compat.h"
#include "enforce/cgroup.h"
#include "enforce/hierarchy.h"
#include "enforce/leftover.h"
#include "enforce/resource.h"
#include "enforce/source.h"
#include "enforce/waiting.h"
#include "main.h"

#define DEFAULT_NAME	"aios"

/* Where a cgroup v2 hierarchy is usually mounted; "unified" on hybrid systems. */
static const char * const mount_points[] = {
	"/sys/fs/cgroup",
	"/sys/fs/cgroup/unified",
};

/* All of it is immutable between load and unload. */
static struct {
	u64 features;
	u64 enabled_above;		/* features whose controllers we enabled in the parent */
	u64 enabled;			/* the same in the root itself */
	struct aios_cgroup parent;
	bool made;			/* the directory is ours to remove */
	struct vfsmount *mount;		/* ours, when nobody had mounted one */
	char *path;
} root_state;

u64 aios_cgroup_features(void)
{
	return root_state.features;
}

const char *aios_cgroup_root_path(void)
{
	return root_state.path;
}

static bool is_cgroup2(const struct path *path)
{
	return path->dentry->d_sb->s_magic == CGROUP2_SUPER_MAGIC;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	const char *at = text;

	while ((at = strstr(at, word))) {
		if ((at == text || at[-1] == ' ') &&
		    (at[len] == ' ' || at[len] == '\n' || !at[len]))
			return true;
		at += len;
	}
	return false;
}

/* A mount for ourselves alone, so that an initramfs needs nothing set up. */
static int mount_private(struct path *dir)
{
	struct file_system_type *type = get_fs_type("cgroup2");
	char options[] = "favordynmods";
	struct vfsmount *mnt;

	if (!type)
		return -ENODEV;
	/* Nobody else chose, so each start of a job need not wait for a grace period. */
	mnt = vfs_kern_mount(type, SB_KERNMOUNT, "aios", options);
	module_put(type->owner);
	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	root_state.mount = mnt;
	dir->mnt = mntget(mnt);
	dir->dentry = dget(mnt->mnt_root);
	return 0;
}

/* The directory in which to make the default root, and its name for people. */
static int find_hierarchy(struct path *dir)
{
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(mount_points); i++) {
		ret = kern_path(mount_points[i], LOOKUP_FOLLOW | LOOKUP_DIRECTORY, dir);
		if (ret)
			continue;
		if (is_cgroup2(dir)) {
			root_state.path = kasprintf(GFP_KERNEL, "%s/" DEFAULT_NAME,
						    mount_points[i]);
			if (root_state.path)
				return 0;
			path_put(dir);
			return -ENOMEM;
		}
		path_put(dir);
	}
	ret = mount_private(dir);
	if (ret) {
		pr_err("no cgroup v2 hierarchy: mount one at %s, or boot a kernel with CONFIG_CGROUPS (%d)\n",
		       mount_points[0], ret);
		return ret;
	}
	root_state.path = kstrdup("(private mount)/" DEFAULT_NAME, GFP_KERNEL);
	if (root_state.path)
		return 0;
	path_put(dir);
	return -ENOMEM;
}

/* The parent of the path that the parameter names; *name points to its last part. */
static int find_parent(const char *path, struct path *dir, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *parent;
	int ret;

	if (path[0] != '/' || !slash[1]) {
		pr_err("cgroup_root=%s: give an absolute path without a slash at its end\n",
		       path);
		return -EINVAL;
	}
	parent = kstrndup(path, max_t(size_t, slash - path, 1), GFP_KERNEL);
	root_state.path = kstrdup(path, GFP_KERNEL);
	if (!parent || !root_state.path) {
		kfree(parent);
		return -ENOMEM;
	}
	ret = kern_path(parent, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, dir);
	if (ret)
		pr_err("cgroup_root=%s: %s cannot be reached (%d); create it first\n",
		       path, parent, ret);
	kfree(parent);
	if (ret)
		return ret;
	if (!is_cgroup2(dir)) {
		pr_err("cgroup_root=%s is not in a cgroup v2 hierarchy; mount one with: mount -t cgroup2 none /sys/fs/cgroup\n",
		       path);
		path_put(dir);
		return -EINVAL;
	}
	*name = slash + 1;
	return 0;
}

/* The feature is added to *enabled unless the controller was enabled before. */
static int enable(struct aios_cgroup *cg, const struct aios_controller *controller,
		  u64 *enabled)
{
	char text[256];
	int ret;

	ret = aios_cgroup_read(cg, AIOS_CG_SUBTREE, text, sizeof(text));
	if (ret < 0 || has_word(text, controller->name))
		return min(ret, 0);
	ret = aios_cgroup_write(cg, AIOS_CG_SUBTREE, "+%s", controller->name);
	if (!ret)
		*enabled |= controller->feature;
	return ret;
}

/* Why a controller that the module cannot do without is not there. */
static int report_missing(const char *name, int err)
{
	/* EOPNOTSUPP comes when a threaded controller was enabled before. */
	if (err == -EBUSY || err == -EOPNOTSUPP)
		pr_err("cgroup controller \"%s\" cannot be enabled above %s: its parent holds processes; give cgroup_root= a delegated subtree whose own cgroup is empty\n",
		       name, root_state.path);
	else
		pr_err("cgroup controller \"%s\" is not available at %s (%d): cgroup v1 may hold it, boot with cgroup_no_v1=all, or without cgroup_disable=%s; under systemd delegate it (Delegate=yes)\n",
		       name, root_state.path, err, name);
	return -EOPNOTSUPP;
}

/* A controller becomes available in root, if its parent has it. */
static int enable_controller(struct aios_cgroup *parent, struct aios_cgroup *root,
			     const struct aios_controller *controller)
{
	char text[256];
	int ret;

	ret = aios_cgroup_read(root, AIOS_CG_CONTROLLERS, text, sizeof(text));
	if (ret < 0)
		return ret;
	if (!has_word(text, controller->name))
		ret = enable(parent, controller, &root_state.enabled_above);
	if (ret >= 0)
		ret = enable(root, controller, &root_state.enabled);
	if (ret >= 0) {
		root_state.features |= controller->feature;
		return 0;
	}
	if (controller->required)
		return report_missing(controller->name, ret);
	pr_warn("cgroup controller \"%s\" is not available at %s (%d): its limits cannot be set\n",
		controller->name, root_state.path, ret);
	return 0;
}

static int enable_controllers(struct aios_cgroup *parent, struct aios_cgroup *root)
{
	const struct aios_resource_ops *ops;
	int ret = 0;
	u32 i;

	for_each_aios_resource(i, ops) {
		if (ops->controller)
			ret = enable_controller(parent, root, ops->controller);
		if (ret)
			break;
	}
	return ret;
}

/**
 * aios_cgroup_enable - make the root's controllers available below a cgroup
 * @cg: below the root
 *
 * Return: as aios_cgroup_write().
 */
int aios_cgroup_enable(struct aios_cgroup *cg)
{
	const struct aios_resource_ops *ops;
	char text[128] = "";
	size_t len = 0;
	u32 i;

	for_each_aios_resource(i, ops)
		if (ops->controller && root_state.features & ops->controller->feature)
			len += scnprintf(text + len, sizeof(text) - len, "+%s ",
					 ops->controller->name);
	return aios_cgroup_write(cg, AIOS_CG_SUBTREE, "%s", text);
}

static void probe_files(struct aios_cgroup *root)
{
	char text[16];

	if (aios_cgroup_read(root, AIOS_CG_CPU_PRESSURE, text, sizeof(text)) >= 0)
		root_state.features |= AIOS_FEATURE_PSI;
	root_state.features |= AIOS_FEATURE_KILL;
}

static int open_or_make(struct aios_cgroup *root, struct aios_cgroup *parent,
			const char *name)
{
	struct path dir;
	int ret;

	ret = aios_cgroup_create(root, parent, name);
	if (!ret)
		root_state.made = true;
	if (ret != -EEXIST)
		return ret;

	ret = aios_hierarchy_lookup(&parent->dir, name, &dir);
	if (ret)
		return ret;
	ret = aios_cgroup_open(root, &dir);
	path_put(&dir);
	return ret;
}

/**
 * aios_cgroup_root_open - find or make the root of the governed subtree
 * @root: empty
 * @path: from the module's parameter; NULL or "": "aios" at the top of the
 *	hierarchy, which is mounted privately where nobody has
 *
 * Runs in a worker. What is missing is said in the kernel log.
 *
 * Return: 0, -EOPNOTSUPP when a required controller is missing, or -errno.
 */
int aios_cgroup_root_open(struct aios_cgroup *root, const char *path)
{
	struct aios_cgroup *parent = &root_state.parent;
	const char *name = DEFAULT_NAME;
	struct path dir;
	int ret;

	if (path && *path)
		ret = find_parent(path, &dir, &name);
	else
		ret = find_hierarchy(&dir);
	if (ret)
		goto undo;

	ret = aios_cgroup_open(parent, &dir);
	path_put(&dir);
	if (!ret)
		ret = open_or_make(root, parent, name);
	if (ret)
		pr_err("cgroup %s cannot be made (%d)\n", root_state.path, ret);
	else
		ret = enable_controllers(parent, root);
	if (ret)
		goto undo;
	probe_files(root);
	aios_waiting_open(root);
	ret = aios_source_open(root);
	if (ret)
		goto undo;
	return 0;

undo:
	aios_cgroup_root_close(root);
	return ret;
}

/**
 * aios_cgroup_find - the directory of any cgroup
 * @path: from the top of the hierarchy
 * @dir: referenced on success
 *
 * Runs in a worker.
 *
 * Return: 0, -ENOENT, or what the file system said.
 */
int aios_cgroup_find(const char *path, struct path *dir)
{
	const struct path *parent = &root_state.parent.dir;
	struct path top = { .mnt = parent->mnt, .dentry = parent->dentry->d_sb->s_root };

	return aios_hierarchy_find(&top, path, dir);
}

/* The attribute of the directory above the root that outlives the module, until the next boot. */
#define NOTE		"trusted.aios.next_job"

/**
 * aios_cgroup_root_recall - what the load before in this boot has noted
 * @number: u64, written: 0 where there was none
 *
 * For aios_cgroup_call().
 *
 * Return: 0.
 */
int aios_cgroup_root_recall(void *number)
{
	u64 *found = number;
	char text[24];
	ssize_t len;

	*found = 0;
	len = aios_compat_getxattr(&root_state.parent.dir, NOTE, text, sizeof(text) - 1);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	if (kstrtou64(text, 10, found))
		*found = 0;
	return 0;
}

/**
 * aios_cgroup_root_note - leave a note for the next load in this boot
 * @number: u64
 *
 * For aios_cgroup_call().
 *
 * Return: 0 or what the file system said.
 */
int aios_cgroup_root_note(void *number)
{
	char text[24];
	int len = scnprintf(text, sizeof(text), "%llu", *(u64 *)number);

	return aios_compat_setxattr(&root_state.parent.dir, NOTE, text, len);
}

/* A controller that others have come to use meanwhile stays enabled (EBUSY). */
static void disable(struct aios_cgroup *cg, u64 enabled)
{
	const struct aios_resource_ops *ops;
	u32 i;

	for_each_aios_resource(i, ops)
		if (ops->controller && enabled & ops->controller->feature)
			aios_cgroup_write(cg, AIOS_CG_SUBTREE, "-%s",
					  ops->controller->name);
}

/**
 * aios_cgroup_root_close - let go of the root; remove it if we made it
 * @root: may be empty
 */
void aios_cgroup_root_close(struct aios_cgroup *root)
{
	int ret = 0;

	aios_source_close();
	if (root_state.made) {
		ret = aios_cgroup_remove(root);
		aios_cgroup_close(root);
	} else {
		disable(root, root_state.enabled);
		aios_cgroup_close(root);
	}
	if (ret)
		pr_warn("cgroup %s is left behind (%d): somebody else's processes are in it\n",
			root_state.path, ret);
	disable(&root_state.parent, root_state.enabled_above);
	aios_cgroup_close(&root_state.parent);
	if (root_state.mount)
		kern_unmount(root_state.mount);
	kfree(root_state.path);
	memset(&root_state, 0, sizeof(root_state));
}
