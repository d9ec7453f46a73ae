// SPDX-License-Identifier: GPL-2.0
/*
 * A job's file descriptor: its calls, poll(), read(), and the status page.
 */
#include <linux/anon_inodes.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/ioctl.h"
#include "calls/job_file.h"
#include "compat/compat.h"
#include "group/group.h"
#include "job/job.h"
#include "job/origin.h"
#include "turns.h"

static const struct aios_ioctl job_ioctls[] = {
	AIOS_IOCTL_WHY(AIOS_IOC_ENTER, struct aios_enter, aios_ioctl_enter),
	AIOS_IOCTL(AIOS_IOC_WAIT, struct aios_wait, epoch, aios_ioctl_wait),
	AIOS_IOCTL(AIOS_IOC_STAT, struct aios_stat, why, aios_ioctl_stat),
	AIOS_IOCTL_WHY(AIOS_IOC_UPDATE, struct aios_update, aios_ioctl_update),
	AIOS_IOCTL_WHY(AIOS_IOC_SUSPEND, struct aios_signal, aios_ioctl_suspend),
	AIOS_IOCTL_WHY(AIOS_IOC_RESUME, struct aios_signal, aios_ioctl_resume),
	AIOS_IOCTL_WHY(AIOS_IOC_CANCEL, struct aios_signal, aios_ioctl_cancel),
	AIOS_IOCTL_WHY(AIOS_IOC_CHARGE, struct aios_charge, aios_ioctl_charge),
	AIOS_IOCTL_WHY(AIOS_IOC_UNCHARGE, struct aios_charge, aios_ioctl_uncharge),
	AIOS_IOCTL(AIOS_IOC_EXPLAIN, struct aios_explain, why, aios_ioctl_explain),
	AIOS_IOCTL_WHY(AIOS_IOC_HOLD, struct aios_signal, aios_ioctl_hold),
	AIOS_IOCTL_WHY(AIOS_IOC_RELEASE, struct aios_signal, aios_ioctl_release),
};

struct aios_job_file *aios_job_file_of(struct file *file)
{
	return file->private_data;
}

/* ---------------------------------------------------------------- refusals */

/**
 * aios_job_wrong_state - refuse what a job in its state cannot do
 * @why: written
 * @job: the job
 *
 * Return: -ECANCELED when it has ended, else -EINVAL.
 */
int aios_job_wrong_state(struct aios_why *why, const struct aios_job *job)
{
	why->code = AIOS_WHY_STATE;
	why->asked = job->state;
	return aios_job_ended(job) ? -ECANCELED : -EINVAL;
}

/**
 * aios_job_denied - refuse what the caller may not do with a job
 * @why: written
 * @job: the job
 *
 * Return: -EPERM.
 */
int aios_job_denied(struct aios_why *why, const struct aios_job *job)
{
	why->code = AIOS_WHY_PERMISSION;
	why->group = job->group->core->id;
	return -EPERM;
}

/**
 * aios_job_hide_others - leave out of a cause whatever job the caller may not see
 * @job: whose cause it is
 * @why: it, in a turn of the caller's
 *
 * The caller holds aios_lock.
 */
void aios_job_hide_others(const struct aios_job *job, struct aios_why *why)
{
	switch (why->code) {
	case AIOS_WHY_BEHIND:
	case AIOS_WHY_DEPENDS:
	case AIOS_WHY_DEPENDS_NEVER:
	case AIOS_WHY_KEPT:
		if (!aios_job_may_name(job, why->asked, current_cred()))
			why->asked = 0;
		break;
	}
}

/**
 * aios_job_why - what a job waits for, what its set-up failed of, or who holds it
 * @job: the job
 * @ns: in whose numbers that is said
 * @why: written, in a turn of the caller's
 *
 * The caller holds aios_lock.
 */
void aios_job_why(struct aios_job *job, struct pid_namespace *ns, struct aios_why *why)
{
	if (job->why.code || aios_job_ended(job)) {
		*why = job->why;
	} else if (job->holder) {
		memset(why, 0, sizeof(*why));
		why->code = AIOS_WHY_HELD;
		why->asked = pid_nr_ns(job->holder, ns);
	} else if (job->parked) {
		aios_job_parked_why(job, why);
	} else {
		aios_engine_job_why(&aios_engine, &job->core, why);
	}
	aios_job_hide_others(job, why);
}

/* ------------------------------------------------------------- the descriptor */

static long job_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return aios_ioctl_dispatch(job_ioctls, ARRAY_SIZE(job_ioctls), file, cmd,
				   (void __user *)arg);
}

static __poll_t job_poll(struct file *file, poll_table *table)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	__poll_t mask = 0;

	poll_wait(file, &job->wq, table);
	if (READ_ONCE(job->epoch) != READ_ONCE(jf->seen))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (aios_job_ended(job))
		mask |= EPOLLHUP;
	return mask;
}

/**
 * aios_job_file_told - the holder of a descriptor has been told of changes
 * @jf: the descriptor
 * @epoch: of the last of them
 *
 * Several threads may use it: what one was told later is not undone by another.
 */
void aios_job_file_told(struct aios_job_file *jf, u64 epoch)
{
	u64 seen = READ_ONCE(jf->seen), was;

	while (seen < epoch) {
		was = cmpxchg64(&jf->seen, seen, epoch);
		if (was == seen)
			break;
		seen = was;
	}
}

/*
 * Yields the epoch once for each change; 0 at the end when all was told. Whoever waits
 * here is told of what has happened since he came, also when another thread, which waits
 * in another call, is told of it first.
 */
static ssize_t job_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	struct aios_job *job = jf->job;
	u64 epoch, seen;
	int ret;

	if (size < sizeof(epoch))
		return -EINVAL;
	seen = READ_ONCE(jf->seen);
	epoch = READ_ONCE(job->epoch);
	if (epoch == seen) {
		if (aios_job_ended(job))
			return 0;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_freezable(job->wq, READ_ONCE(job->epoch) != seen);
		if (ret)
			return ret;
		epoch = READ_ONCE(job->epoch);
	}
	if (copy_to_user(buf, &epoch, sizeof(epoch)))
		return -EFAULT;
	aios_job_file_told(jf, epoch);
	return sizeof(epoch);
}

static vm_fault_t status_fault(struct vm_fault *vmf)
{
	struct aios_job_file *jf = aios_job_file_of(vmf->vma->vm_file);

	if (vmf->pgoff)
		return VM_FAULT_SIGBUS;
	get_page(jf->job->page);
	vmf->page = jf->job->page;
	return 0;
}

static const struct vm_operations_struct status_vm_ops = {
	.fault = status_fault,
};

/**
 * struct page_call - a status page on its way
 */
struct page_call {
	/** @job: whose */
	struct aios_job *job;
	/** @page: to be it; NULL when it was taken */
	struct page *page;
};

static int set_page(void *arg)
{
	struct page_call *call = arg;

	call->page = aios_job_set_page(call->job, call->page);
	return 0;
}

static int make_page(struct aios_job *job)
{
	struct page_call call = { .job = job };

	if (READ_ONCE(job->page))
		return 0;
	call.page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!call.page)
		return -ENOMEM;
	aios_turn_brief(set_page, &call);
	if (call.page)
		__free_page(call.page);
	return 0;
}

static int job_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct aios_job_file *jf = aios_job_file_of(file);
	int ret;

	if (vma->vm_pgoff || vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EPERM;

	ret = make_page(jf->job);
	if (ret)
		return ret;
	aios_compat_vm_flags(vma, VM_DONTEXPAND | VM_DONTDUMP,
			     VM_MAYWRITE | VM_MAYEXEC);
	vma->vm_ops = &status_vm_ops;
	return 0;
}

/* What nobody entered, and nobody can enter any more, is withdrawn. */
static bool is_abandoned(const struct aios_job *job)
{
	return !job->nr_control && job->state != AIOS_JOB_NEW && !aios_job_ended(job) &&
	       !job->entrant && !aios_job_adopts(job);
}

static int give_up_control(void *arg)
{
	struct aios_job *job = arg;

	job->nr_control--;
	if (!is_abandoned(job))
		return 0;
	if (job->state == AIOS_STATE_QUEUED)
		aios_job_end(job, AIOS_STATE_CANCELLED, AIOS_END_ABANDONED, 0);
	else
		aios_job_request(job, AIOS_JOB_KILL);
	return 0;
}

/**
 * aios_job_lose_control - a file that may control a job is closed, or was never opened
 * @job: the job
 */
void aios_job_lose_control(struct aios_job *job)
{
	aios_turn_brief(give_up_control, job);
}

static int job_release(struct inode *inode, struct file *file)
{
	struct aios_job_file *jf = aios_job_file_of(file);

	if (jf->control)
		aios_job_lose_control(jf->job);
	aios_job_put(jf->job);
	kfree(jf);
	return 0;
}

static const struct file_operations job_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = job_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = job_poll,
	.read = job_read,
	.mmap = job_mmap,
	.release = job_release,
	.llseek = noop_llseek,
};

/**
 * aios_job_open_file - a file for a job, and a number for it, not installed yet
 * @job: the job; the file takes a reference
 * @file: the file, to be installed with fd_install() or dropped with fput(); whoever has
 *	counted it in aios_job.nr_control sets that it may control the job
 *
 * Return: the reserved number, or -errno.
 */
int aios_job_open_file(struct aios_job *job, struct file **file)
{
	struct aios_job_file *jf;
	int fd;

	jf = kzalloc(sizeof(*jf), GFP_KERNEL_ACCOUNT);
	if (!jf)
		return -ENOMEM;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		goto free;
	jf->job = job;
	*file = anon_inode_getfile("[aios-job]", &job_fops, jf, O_RDWR);
	if (IS_ERR(*file)) {
		put_unused_fd(fd);
		fd = PTR_ERR(*file);
		goto free;
	}
	aios_job_get(job);
	return fd;
free:
	kfree(jf);
	return fd;
}
