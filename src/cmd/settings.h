/* The table of settings: file, environment, defaults, ranges, `config show`, config/numhost.yaml
 * and docs all go by it. */
#ifndef NUMHOST_CMD_SETTINGS_H
#define NUMHOST_CMD_SETTINGS_H

#include "cmd/config.h"

/* One value as given: a scalar has one entry without a key, a list one for each item, a map one for
 * each key. */
struct setting_entry {
    const char *key; /* NULL but in a map */
    const char *text;
};

struct setting;

/* Put one entry into the configuration. The error names neither key nor place: the caller does. */
typedef bool (*setting_take)(struct config *config, const struct setting *setting,
                             const struct setting_entry *entry, struct error *err);

enum setting_shape { SHAPE_SCALAR, SHAPE_LIST, SHAPE_MAP };

struct setting {
    const char *key; /* "api.rate"; at most one dot */
    enum setting_shape shape;
    setting_take take;
    size_t offset; /* of the field in struct config */
    size_t bytes;  /* of a text field */
    int64_t low;   /* whole numbers, and durations in ms */
    int64_t high;
    double rate_high;
    const char *choices;  /* "sandbox|live" */
    const char *fallback; /* the default as it would stand in the file; "" for none */
    const char *why; /* what it does and why the default is what it is, for the sample and docs */
};

extern const struct setting settings[];
extern const size_t settings_count;

/* The row of a key; settings_count when there is none. */
size_t setting_find(const char *key);

/* "NUMHOST_API_RATE" */
enum { VARIABLE_BYTES = 80 };
void setting_variable(const struct setting *setting, char to[VARIABLE_BYTES]);

/* Forget what a list or map held before: a source replaces all of it. */
void setting_clear(struct config *config, const struct setting *setting);

/* The takers, in setting_values.c. */
bool take_text(struct config *config, const struct setting *setting,
               const struct setting_entry *entry, struct error *err);
/* A text that names a file: relative ones in the configuration file are seen from its folder. */
bool take_path(struct config *config, const struct setting *setting,
               const struct setting_entry *entry, struct error *err);
bool take_url(struct config *config, const struct setting *setting,
              const struct setting_entry *entry, struct error *err);
bool take_public_url(struct config *config, const struct setting *setting,
                     const struct setting_entry *entry, struct error *err);
bool take_listen(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err);
bool take_phone_number(struct config *config, const struct setting *setting,
                       const struct setting_entry *entry, struct error *err);
bool take_choice(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err);
bool take_count(struct config *config, const struct setting *setting,
                const struct setting_entry *entry, struct error *err);
bool take_duration(struct config *config, const struct setting *setting,
                   const struct setting_entry *entry, struct error *err);
bool take_rate(struct config *config, const struct setting *setting,
               const struct setting_entry *entry, struct error *err);
bool take_window(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err);
bool take_holiday(struct config *config, const struct setting *setting,
                  const struct setting_entry *entry, struct error *err);
bool take_column(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err);

/* True for an address whose host is this machine: localhost, 127.0.0.0/8, [::1]. */
bool url_is_loopback(const char *url);

#endif
