/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What jobs use: read from their cgroups when somebody asks and, while any job
 * is admitted, at every tick.
 */
#ifndef _AIOS_MEASURE_TELEMETRY_H
#define _AIOS_MEASURE_TELEMETRY_H

struct aios_job;

void aios_telemetry_measure(struct aios_job *job);
void aios_telemetry_sample(struct aios_job *job);
void aios_telemetry_gpu_memory(struct aios_job *job);
void aios_telemetry_end(struct aios_job *job);
void aios_telemetry_retry(struct aios_job *job);
void aios_telemetry_start(void);
void aios_telemetry_exit(void);

#endif /* _AIOS_MEASURE_TELEMETRY_H */
