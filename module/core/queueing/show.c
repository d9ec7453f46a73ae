// SPDX-License-Identifier: GPL-2.0
/*
 * A station as users are shown it: what was measured, the models beside it and
 * the wait of the next job, in the form of AIOS_IOC_QUEUEING. The module answers
 * that call with it, and the simulator prints it.
 */
#include "core/queueing/station.h"

static void show_measure(struct aios_queueing *q, const struct aios_flow_measure *m)
{
	q->elapsed_duration_ns = m->elapsed_ns;
	q->arrivals = m->arrivals;
	q->starts = m->starts;
	q->ended = m->ended;
	q->withdrawn = m->withdrawn;
	q->requeued = m->requeued;
	q->waiting = m->waiting;
	q->serving = m->serving;
	q->parked = m->parked;
	q->l = m->l_q32;
	q->lq = m->lq_q32;
	q->ls = m->ls_q32;
	q->w_duration_ns = m->w_ns;
	q->wq_duration_ns = m->wq_ns;
	q->arrival_rate = m->arrival_rate_q32;
	q->service_rate = m->service_rate_q32;
	q->gap_duration_ns = m->gap_ns;
	q->gap_scv = m->gap_scv_q32;
	q->service_duration_ns = m->service_ns;
	q->service_scv = m->service_scv_q32;
	q->drain = m->drain_q32;
	q->recent_gap_duration_ns = m->recent_gap_ns;
	q->recent_service_duration_ns = m->recent_service_ns;
	q->recent_wait_duration_ns = m->recent_wait_ns;
}

static void show_model(struct aios_queueing_model *out,
		       const struct aios_queueing_figures *f)
{
	out->violations = f->violations;
	out->l = f->l_q32;
	out->lq = f->lq_q32;
	out->w_duration_ns = f->w_ns;
	out->wq_duration_ns = f->wq_ns;
}

static void show_estimate(struct aios_queueing *q, const struct aios_station *station,
			  u64 now, bool unequal)
{
	struct aios_queueing_estimate e;
	struct aios_queueing_input input;

	memset(&e, 0, sizeof(e));
	q->estimated = !aios_flow_input(&station->flow, now, &input);
	if (q->estimated) {
		input.violations |= unequal ? AIOS_QUEUEING_SIZES : 0;
		aios_queueing_model(&input, q->servers, &e);
	} else {
		e.violations = AIOS_QUEUEING_SAMPLES;
	}
	q->violations = e.violations;
	q->rho = e.rho_q32;
	q->delay = e.delay_q32;
	q->drift = e.drift_q32;
	q->drift_limit = e.drift_limit_q32;
	show_model(&q->mm1, &e.mm1);
	show_model(&q->mmc, &e.mmc);
	show_model(&q->ggc, &e.ggc);
}

static void show_next(struct aios_queueing *q, const struct aios_station *station, u64 now,
		      bool unequal)
{
	struct aios_queueing_wait wait;

	if (aios_station_wait(station, now, q->servers, &wait))
		memset(&wait, 0, sizeof(wait)); /* AIOS_BASIS_NONE */
	q->next_basis = wait.basis;
	q->next_violations = wait.violations | (unequal ? AIOS_QUEUEING_SIZES : 0);
	q->next_duration_ns = wait.wait_ns;
	q->next_low_duration_ns = wait.low_ns;
	q->next_high_duration_ns = wait.high_ns;
}

/**
 * aios_station_show() - all that there is to tell of a station
 * @station: the station
 * @now: the time
 * @capacity: as for aios_station_servers(), which is asked when @q->servers is 0
 * @q: servers is read, and all that the call answers but the id is written
 *
 * Return: 0, or -EINVAL when @now lies before the last event.
 */
int aios_station_show(const struct aios_station *station, u64 now, const u64 *capacity,
		      struct aios_queueing *q)
{
	bool unequal = aios_station_unequal(station, capacity);
	struct aios_flow_measure measure;
	int error = aios_flow_measure(&station->flow, now, &measure);

	if (error)
		return error;
	if (!q->servers)
		q->servers = aios_station_servers(station, capacity);
	show_measure(q, &measure);
	show_estimate(q, station, now, unequal);
	show_next(q, station, now, unequal);
	return 0;
}
