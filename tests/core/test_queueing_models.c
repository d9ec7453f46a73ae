// SPDX-License-Identifier: GPL-2.0
/*
 * Erlang's formula, M/M/1, M/M/c and G/G/c against closed forms in floating
 * point; measured and predicted figures of generated input against theory; and
 * which assumptions are found to be violated.
 */
#include <math.h>

#include "random.h"
#include "station.h"
#include "tap.h"

#define MS	1e6

static double from_q32(u64 v)
{
	return (double)v / 0x1p32;
}

static bool is_near(double found, double expected, double relative)
{
	return fabs(found - expected) <= relative * fabs(expected);
}

/* The recurrence in double precision, from its beginning to its end. */
static double erlang_c(u32 c, double a)
{
	double b = 1;
	u32 k;

	for (k = 1; k <= c; k++)
		b = a * b / (k + a * b);
	return c * b / (c - a * (1 - b));
}

static void check_erlang(u32 c, double rho)
{
	double a = floor(rho * c * 0x1p32) / 0x1p32;
	struct aios_real found =
		aios_queueing_erlang_c(c, aios_real_q((u64)(a * 0x1p32), 32));
	double expected = erlang_c(c, a), value = ldexp((double)found.m, found.e);

	if (expected < 1e-22)
		tap_need(value <= 1e-22, "c %u, rho %g: %g", c, rho, value);
	else
		tap_need(is_near(value, expected, 1e-9), "c %u, rho %g: %g and %g",
			 c, rho, value, expected);
}

static void check_erlang_all(void)
{
	static const u32 large[] = { 1024, 4096, 10000, 65535, 65536 };
	static const double rhos[] = { 1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95,
				       0.99, 0.999, 0.999999 };
	u32 c, i, k;

	for (i = 0; i < ARRAY_SIZE(rhos); i++) {
		for (c = 1; c <= 1000; c++)
			check_erlang(c, rhos[i]);
		for (k = 0; k < ARRAY_SIZE(large); k++)
			check_erlang(large[k], rhos[i]);
	}
	tap_need(aios_queueing_erlang_c(3, aios_real_u64(3)).e == -63, "a = c");
	tap_need(aios_queueing_erlang_c(3, aios_real_u64(30)).e == -63, "a > c");
}

/*
 * Values in print. Blocking of 1 % in tables of Erlang's loss formula, where
 * C = B / (1 - rho (1 - B)); and the probability of waiting in the common example
 * of a call centre with 360 calls of 4 minutes in half an hour and 55 agents.
 */
static void check_printed_erlang(void)
{
	static const struct {
		u32 servers;
		double load;
		double blocking;
		double delay;
		double precision;	/* of what is printed */
	} printed[] = {
		{ 5, 1.361, 0.01, 0, 0.003 },
		{ 10, 4.461, 0.01, 0, 0.001 },
		{ 20, 12.031, 0.01, 0, 0.001 },
		{ 100, 84.064, 0.01, 0, 0.001 },
		{ 55, 48, 0, 0.239, 0.002 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(printed); i++) {
		u64 q = (u64)(printed[i].load * 0x1p32);
		double rho = printed[i].load / printed[i].servers;
		double b = printed[i].blocking, delay = printed[i].delay;
		struct aios_real found =
			aios_queueing_erlang_c(printed[i].servers, aios_real_q(q, 32));

		if (b > 0)
			delay = b / (1 - rho * (1 - b));
		tap_need(is_near(ldexp((double)found.m, found.e), delay,
				 printed[i].precision), "c %u: %g, printed %g",
			 printed[i].servers, ldexp((double)found.m, found.e), delay);
	}
}

/*
 * Worked examples of textbooks, an hour as the unit: the emergency room of
 * Hillier and Lieberman, Introduction to Operations Research, chapter 17 (2
 * arrive, each doctor treats 3), and the eye clinic of Gross and Harris,
 * Fundamentals of Queueing Theory, chapter 2 (6 arrive, each of three treats 3).
 */
static void check_printed_stations(void)
{
	static const struct {
		u32 servers;
		u64 arrive;	/* an hour */
		double lq, wq, l, w;
	} printed[] = {
		{ 1, 2, 4. / 3, 2. / 3, 2, 1 },
		{ 2, 2, 1. / 12, 1. / 24, 3. / 4, 3. / 8 },
		{ 3, 6, 8. / 9, 8. / 54, 26. / 9, 26. / 54 },
	};
	const double hour = 3600e9;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(printed); i++) {
		struct aios_queueing_input in = {
			.rate = aios_real_div(aios_real_u64(printed[i].arrive),
					      aios_real_u64((u64)hour)),
			.service = aios_real_u64((u64)(hour / 3)),
			.gap_scv = AIOS_REAL_ONE,
			.service_scv = AIOS_REAL_ONE,
		};
		struct aios_queueing_estimate out;

		aios_queueing_model(&in, printed[i].servers, &out);
		tap_need(is_near(from_q32(out.mmc.lq_q32), printed[i].lq, 1e-6) &&
			 is_near(from_q32(out.mmc.l_q32), printed[i].l, 1e-6) &&
			 is_near((double)out.mmc.wq_ns / hour, printed[i].wq, 1e-6) &&
			 is_near((double)out.mmc.w_ns / hour, printed[i].w, 1e-6),
			 "%u servers: Lq %g, Wq %g h", printed[i].servers,
			 from_q32(out.mmc.lq_q32), (double)out.mmc.wq_ns / hour);
		tap_need(out.ggc.wq_ns == out.mmc.wq_ns, "G/G/c is M/M/c");
	}
}

/* Wq of M/M/c, by the mean time in service. */
static double mmc_wait(u32 c, double rho)
{
	return erlang_c(c, rho * c) / (c * (1 - rho));
}

static bool figures_near(const struct aios_queueing_figures *f, double rate,
			 double wait, double service, double relative)
{
	return is_near(f->wq_ns, wait, relative) &&
	       is_near(f->w_ns, wait + service, relative) &&
	       is_near(from_q32(f->lq_q32), rate * wait, relative) &&
	       is_near(from_q32(f->l_q32), rate * (wait + service), relative);
}

static void check_closed_form(u32 c, double rho, double gap_scv,
			      double service_scv)
{
	const u64 service = 1000000000000ULL;
	struct aios_queueing_input in = {
		.rate = aios_real_div(aios_real_q((u64)(rho * c * 0x1p40), 40),
				      aios_real_u64(service)),
		.service = aios_real_u64(service),
		.gap_scv = aios_real_q((u64)(gap_scv * 0x1p32), 32),
		.service_scv = aios_real_q((u64)(service_scv * 0x1p32), 32),
	};
	double rate = rho * c / service, wait = mmc_wait(c, rho) * service;
	struct aios_queueing_estimate out;

	aios_queueing_model(&in, c, &out);
	tap_need(is_near(from_q32(out.rho_q32), rho, 1e-6), "rho");
	tap_need(figures_near(&out.mm1, rate, rho / (1 - rho) * service / c,
			      (double)service / c, 1e-6), "M/M/1: c %u, rho %g", c, rho);
	tap_need(figures_near(&out.mmc, rate, wait, service, 1e-6),
		 "M/M/c: c %u, rho %g", c, rho);
	tap_need(figures_near(&out.ggc, rate, wait * (gap_scv + service_scv) / 2,
			      service, 1e-6), "G/G/c: c %u, rho %g", c, rho);
	tap_need(out.violations == (c > 1 ? AIOS_QUEUEING_ONE_SERVER : 0U) &&
		 out.mm1.violations == out.violations && !out.mmc.violations,
		 "violations %x", out.violations);
}

static void check_closed_forms(void)
{
	static const u32 servers[] = { 1, 2, 3, 8, 50, 400 };
	static const double rhos[] = { 0.4, 0.7, 0.9, 0.98 };
	struct aios_queueing_input in = { 0 };
	struct aios_queueing_estimate out;
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(servers); i++)
		for (k = 0; k < ARRAY_SIZE(rhos); k++) {
			/* Where waits are not lost below a bit of 2^-32. */
			if (erlang_c(servers[i], servers[i] * rhos[k]) < 1e-3)
				continue;
			check_closed_form(servers[i], rhos[k], 1, 1);
			check_closed_form(servers[i], rhos[k], 1, 0);
			check_closed_form(servers[i], rhos[k], 4, 0.5);
		}
	in.rate = aios_real_q(1, 0);
	in.service = aios_real_u64(4);
	aios_queueing_model(&in, 4, &out);
	tap_need(out.mmc.violations == AIOS_QUEUEING_LOAD &&
		 out.ggc.violations == AIOS_QUEUEING_LOAD &&
		 out.mm1.violations & AIOS_QUEUEING_LOAD, "load");
	tap_need(out.mm1.l_q32 == U64_MAX && out.mmc.wq_ns == U64_MAX &&
		 out.ggc.w_ns == U64_MAX && out.delay_q32 == AIOS_Q32_ONE, "endless");
	aios_queueing_model(&in, 0, &out);
	tap_need(out.servers == 1, "no server");
	aios_queueing_model(&in, U32_MAX, &out);
	tap_need(out.servers == AIOS_QUEUEING_SERVERS_MAX &&
		 !out.mmc.violations && !out.delay_q32, "many servers");
	tap_need(aios_queueing_servers(8000, 10000, 4) == 3 &&
		 aios_queueing_servers(8000, 10000, 1) == 1 &&
		 aios_queueing_servers(8000, 0, 1) == AIOS_QUEUEING_SERVERS_MAX,
		 "servers");
}

/* One run: everything within 5 % of theory. */
static void check_run(u32 c, double rho, bool constant, u64 seed)
{
	struct aios_queueing_estimate model;
	const struct aios_queueing_figures *f;
	struct aios_flow_measure m;
	struct station station;
	double service = 10 * MS, wait = mmc_wait(c, rho) * service;
	double rate = rho * c / service;

	/* With constant times Pollaczek's and Khinchine's formula: the half. */
	wait /= constant ? 2 : 1;
	station_alloc(&station, rho > 0.8 ? 3000000 : 1000000, c);
	station_markov(&station, rho, service, constant, seed);
	station_run(&station);
	tap_need(!aios_flow_measure(&station.flow, station.end, &m), "measure");
	tap_need(!aios_flow_model(&station.flow, station.end, c, &model), "model");
	printf("# M/%c/%u at %.1f: Wq %.3f ms, measured %.3f, M/M/c %.3f, G/G/c %.3f; violations %x\n",
	       constant ? 'D' : 'M', c, rho, wait / MS, m.wq_ns / MS,
	       model.mmc.wq_ns / MS, model.ggc.wq_ns / MS, model.violations);
	tap_need(is_near(m.wq_ns, wait, 0.05), "Wq");
	tap_need(is_near(m.w_ns, wait + service, 0.05), "W");
	tap_need(is_near(from_q32(m.lq_q32), rate * wait, 0.05), "Lq");
	tap_need(is_near(from_q32(m.l_q32), rate * (wait + service), 0.05), "L");
	tap_need(is_near(from_q32(m.ls_q32) / c, rho, 0.01), "utilisation");
	tap_need(is_near(from_q32(m.arrival_rate_q32), rate * 1e9, 0.01), "rate");
	tap_need(is_near(from_q32(m.service_rate_q32), 1e9 / service, 0.01), "rate");
	tap_need(is_near(m.gap_ns, 1 / rate, 0.01), "gap");
	tap_need(fabs(from_q32(m.gap_scv_q32) - 1) < 0.02, "arrivals vary");
	tap_need(fabs(from_q32(m.service_scv_q32) - !constant) < 0.02,
		 "services vary");
	f = constant ? &model.ggc : &model.mmc;
	tap_need(figures_near(f, rate, wait, service, 0.05), "model");
	tap_need(!f->violations, "violations %x", f->violations);
	tap_need(!(model.mmc.violations & AIOS_QUEUEING_SERVICE) == !constant,
		 "constant service");
	station_free(&station);
}

static void check_generated(void)
{
	static const double rhos[] = { 0.5, 0.7, 0.9 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rhos); i++)
		check_run(1, rhos[i], false, 100 + i);
	tap_point("M/M/1 within 5 % of theory");
	for (i = 0; i < ARRAY_SIZE(rhos); i++) {
		check_run(2, rhos[i], false, 200 + i);
		check_run(8, rhos[i], false, 300 + i);
	}
	check_run(32, 0.9, false, 400);
	tap_point("M/M/c within 5 % of theory");
	for (i = 0; i < ARRAY_SIZE(rhos); i++)
		check_run(1, rhos[i], true, 500 + i);
	tap_point("M/D/1 within 5 % of theory");
}

static u32 violations(struct station *station)
{
	struct aios_queueing_estimate model;

	station_run(station);
	if (!tap_need(!aios_flow_model(&station->flow, station->end,
				       station->servers, &model), "model"))
		return U32_MAX;
	return model.violations & ~AIOS_QUEUEING_ONE_SERVER;
}

/* After each thousandth job of many clean runs. */
static u32 nr_asked, nr_wrong;

static void ask(struct station *station, u32 i)
{
	struct aios_queueing_estimate model;

	if (i % 1000 != 999)
		return;
	nr_asked++;
	if (aios_flow_model(&station->flow, station->arrival[i],
			    station->servers, &model) ||
	    model.mmc.violations)
		nr_wrong++;
}

static void check_clean(void)
{
	struct station station;
	u32 run;

	for (run = 0; run < 100; run++) {
		station_alloc(&station, 20000, 1 + run % 5);
		station.arrives = ask;
		station_markov(&station, 0.5 + 0.002 * run, 5 * MS, false,
			       1000 + run);
		station_run(&station);
		station_free(&station);
	}
	printf("# %u of %u answers on clean input name a violation\n", nr_wrong,
	       nr_asked);
	tap_need(nr_asked == 2000 && nr_wrong <= 10, "%u", nr_wrong);
	tap_point("clean M/M/c is not accused");
}

static void check_violations(void)
{
	struct station station;
	double now = 0;
	u64 seed = 77;
	u32 found, i;

	station_alloc(&station, 20000, 1);
	station_bursts(&station, 0.5, 5 * MS, 10, 0.01, 2000, seed);
	found = violations(&station);
	tap_need(found & AIOS_QUEUEING_ARRIVALS && found & AIOS_QUEUEING_RATE,
		 "bursts: %x", found);

	station_bursts(&station, 0.5, 5 * MS, 10, 0.01, 30, seed);
	found = violations(&station);
	tap_need(found & AIOS_QUEUEING_ARRIVALS, "short bursts: %x", found);

	/* A rate that doubles half way, and one that swings. */
	for (now = 0, i = 0; i < station.nr; i++) {
		now += random_exponential(&seed, i < 10000 ? 10 * MS : 20 * MS);
		station.arrival[i] = (u64)now;
	}
	found = violations(&station);
	tap_need(found & AIOS_QUEUEING_RATE, "step: %x", found);
	for (now = 0, i = 0; i < station.nr; i++) {
		now += random_exponential(&seed, 10 * MS) /
		       (1 + 0.3 * sin(now / (20000 * MS)));
		station.arrival[i] = (u64)now;
	}
	found = violations(&station);
	tap_need(found & AIOS_QUEUEING_RATE, "swing: %x", found);

	/* Regular arrivals: stationary, and not Poisson. */
	station_markov(&station, 0.5, 5 * MS, false, 78);
	for (i = 0; i < station.nr; i++)
		station.arrival[i] = i * 10000000ULL;
	found = violations(&station);
	tap_need(found == AIOS_QUEUEING_ARRIVALS, "regular: %x", found);

	/* Hyperexponential arrivals that know no yesterday: SCV 4.3. */
	station_markov(&station, 0.5, 5 * MS, false, 79);
	for (now = 0, i = 0; i < station.nr; i++) {
		now += random_exponential(&seed, random_below(&seed, 10) ?
					  4 * MS : 64 * MS);
		station.arrival[i] = (u64)now;
	}
	found = violations(&station);
	tap_need(found == AIOS_QUEUEING_ARRIVALS, "hyperexponential: %x", found);

	station_markov(&station, 0.5, 5 * MS, true, 80);
	found = violations(&station);
	tap_need(found == AIOS_QUEUEING_SERVICE, "constant service: %x", found);
	station_free(&station);
}

static void overload(struct station *station, u32 i)
{
	struct aios_queueing_estimate model;

	if (i != station->nr - 1)
		return;
	tap_need(!aios_flow_model(&station->flow, station->arrival[i], 2, &model),
		 "model");
	tap_need(model.mmc.violations == AIOS_QUEUEING_LOAD &&
		 model.mm1.violations == (AIOS_QUEUEING_LOAD |
					  AIOS_QUEUEING_ONE_SERVER) &&
		 model.mmc.wq_ns == AIOS_QUEUEING_ENDLESS, "overload: %x",
		 model.violations);
}

static void check_few(void)
{
	struct aios_queueing_estimate model;
	struct station station;

	station_alloc(&station, 20000, 2);
	station.arrives = overload;
	station_markov(&station, 1.2, 5 * MS, false, 81);
	station_run(&station);
	station_free(&station);

	station_alloc(&station, 32, 1);
	station_markov(&station, 0.5, 5 * MS, false, 82);
	tap_need(violations(&station) == AIOS_QUEUEING_SAMPLES, "few");
	aios_flow_init(&station.flow, 10);
	tap_need(aios_flow_model(&station.flow, 20, 1, &model) == -ENODATA, "none");
	tap_need(aios_flow_model(&station.flow, 5, 1, &model) == -EINVAL, "past");
	station_free(&station);
}

int main(void)
{
	check_erlang_all();
	tap_point("Erlang C within 1e-9 of double precision");
	check_printed_erlang();
	check_printed_stations();
	tap_point("Erlang C and M/M/c as they are in print");
	check_closed_forms();
	tap_point("models agree with closed forms");
	check_generated();
	check_clean();
	check_violations();
	check_few();
	tap_point("what violates an assumption is named");
	return tap_done();
}
