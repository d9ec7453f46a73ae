/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a job would run, as the predictor of the module has it.
 */
#ifndef AIOSCTL_PRINT_PREDICTION_H
#define AIOSCTL_PRINT_PREDICTION_H

#include <aios.h>

#include "print/out.h"

/* This returns "predicted to run 12m, by his last job of the same kind". */
char *prediction_text(const struct aios_predict_call *p);
/* This shows it as the record "prediction"; text has the expected run time. */
void prediction_print(struct out *o, const struct aios_predict_call *p);
/* These show the fields of one, the experts, and the path in the tree. */
void prediction_fields(struct out *o, const struct aios_predict_call *p);
void prediction_experts(struct out *o, const struct aios_predict_call *p);
void prediction_steps(struct out *o, const struct aios_predict_call *p);

#endif /* AIOSCTL_PRINT_PREDICTION_H */
