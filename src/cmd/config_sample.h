/* The settings as a commented file and as a page, both from the table. */
#ifndef NUMHOST_CMD_CONFIG_SAMPLE_H
#define NUMHOST_CMD_CONFIG_SAMPLE_H

#include <stdio.h>

/* config/numhost.yaml: every key with its default, range and reason. Reading it changes nothing. */
void config_write_sample(FILE *to);

/* docs/configuration.md */
void config_write_reference(FILE *to);

#endif
