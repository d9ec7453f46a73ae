// SPDX-License-Identifier: GPL-2.0
/*
 * The status page of a job, which whoever has its descriptor reads without a call.
 */
#include <linux/aios.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/preempt.h>

#include "job/job.h"
#include "main.h"

/**
 * aios_job_set_page - give a job its status page
 * @job: the job
 * @page: an empty page
 *
 * The caller holds aios_lock.
 *
 * Return: NULL, or @page when the job has one already.
 */
struct page *aios_job_set_page(struct aios_job *job, struct page *page)
{
	if (job->page)
		return page;
	job->page = page;
	aios_job_publish(job);
	return NULL;
}

/**
 * aios_job_show_devices - the accelerators that a job holds
 * @job: the job
 * @devices: written: AIOS_JOB_DEVICES_MAX of them, the rest left alone
 *
 * The caller holds aios_lock.
 *
 * Return: their number.
 */
u32 aios_job_show_devices(const struct aios_job *job, struct aios_job_device *devices)
{
	u32 i;

	for (i = 0; i < job->core.nr_shares; i++) {
		const struct aios_share *share = &job->core.share[i];

		devices[i].id = share->device->id;
		devices[i].milli = share->milli_granted;
		devices[i].memory = share->memory;
		devices[i].memory_used = share->memory_used;
	}
	return job->core.nr_shares;
}

/**
 * aios_job_publish - write the status page, if anybody has mapped it
 * @job: the job
 *
 * The caller holds aios_lock, so there is one writer. The counter is odd while
 * it writes; a reader in user space pairs with both barriers.
 */
void aios_job_publish(struct aios_job *job)
{
	struct aios_status *status;
	u32 i;

	lockdep_assert_held(&aios_lock);
	if (!job->page)
		return;
	status = page_address(job->page);
	/* Readers spin while the counter is odd. */
	preempt_disable();
	WRITE_ONCE(status->seq, status->seq + 1);
	smp_wmb(); /* the odd counter before the data */

	status->size = sizeof(*status);
	status->id = job->core.id;
	status->epoch = job->epoch;
	status->state = job->state;
	status->end = job->end;
	status->code = aios_job_code(job, NULL);
	status->nr_resources = aios_resource_count();
	status->updated_ns = job->meter.measured_ns;
	for (i = 0; i < AIOS_RESOURCE_MAX; i++) {
		status->request[i] = job->core.request[i];
		status->limit[i] = aios_job_bounded(job, i, job->core.limit[i]);
		status->grant[i] = aios_job_bounded(job, i, job->core.grant[i]);
		status->use[i] = job->meter.use.amount[i];
		status->pressure[i] = job->meter.pressure[i];
	}
	status->stop_ns = aios_job_stop_ns(job);
	status->pending = job->pending;
	status->nr_devices = aios_job_show_devices(job, status->devices);

	smp_wmb(); /* the data before the even counter */
	WRITE_ONCE(status->seq, status->seq + 1);
	preempt_enable();
}
