/* Settings that are calling hours. */
#include "cmd/settings.h"

bool take_window(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err)
{
    (void)setting;
    return calling_hours_add(&config->hours, entry->key, entry->text, err);
}

bool take_holiday(struct config *config, const struct setting *setting,
                  const struct setting_entry *entry, struct error *err)
{
    (void)setting;
    return calling_hours_add_holiday(&config->hours, entry->text, err);
}
