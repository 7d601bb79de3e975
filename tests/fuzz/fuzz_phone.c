/* Any bytes: a phone number is +1 and ten digits or is refused with a reason, and a good one stays
 * what it is. */
#include "base/require.h"
#include "domain/phone.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct phone phone;
    struct phone again;
    if (!phone_normalise((const char *)data, size, &phone)) {
        REQUIRE(phone.rule != PHONE_OK && phone.phone_number[0] == '\0');
        REQUIRE(phone_rule_text(phone.rule)[0] != '\0');
        REQUIRE(phone_rule_suggestion(phone.rule)[0] != '\0');
        return 0;
    }
    REQUIRE(strlen(phone.phone_number) == 12 && strncmp(phone.phone_number, "+1", 2) == 0);
    bool good = phone_normalise(phone.phone_number, strlen(phone.phone_number), &again);
    REQUIRE(good && strcmp(again.phone_number, phone.phone_number) == 0);
    return 0;
}
