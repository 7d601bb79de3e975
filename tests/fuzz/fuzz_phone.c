/* Any bytes: a phone number is +1 and ten digits or is refused with a reason, a good one stays what
 * it is, and messages never show a whole one. */
#include "base/text.h"
#include "domain/column.h"
#include "domain/phone.h"
#include "domain/window.h"
#include "fuzz/fuzz.h"

#include <ctype.h>

static void check_mask(const char *text, size_t bytes)
{
    char shown[MASK_BYTES];
    size_t digits = 0;
    size_t most = 0;
    column_mask(COLUMN_PHONE_NUMBER, text, bytes, shown);
    for (const char *c = shown; *c != '\0'; c++) {
        digits = isdigit((unsigned char)*c) ? digits + 1 : 0;
        most = digits > most ? digits : most;
        REQUIRE((unsigned char)*c >= ' ' && *c != 0x7f);
    }
    REQUIRE(strlen(shown) < MASK_BYTES && most < 10);
}

static void check_good(const struct phone *phone)
{
    struct phone again;
    char shown[MASK_BYTES];
    const char *zones[NUMBER_ZONES_MAX];
    const char *number = phone->phone_number;
    REQUIRE(phone->rule == PHONE_OK && strlen(number) == 12 && strncmp(number, "+1", 2) == 0);
    REQUIRE(strspn(number + 1, "0123456789") == 11 && number[2] >= '2' && number[5] >= '2');
    bool good = phone_normalise(number, strlen(number), &again);
    REQUIRE(good && strcmp(again.phone_number, number) == 0 && again.warning == phone->warning);
    text_mask_phone(shown, sizeof shown, number);
    REQUIRE(strstr(shown, "***") != NULL && strstr(shown, number + 5) == NULL);
    size_t count = number_zones(number, zones);
    REQUIRE(count >= 1 && count <= NUMBER_ZONES_MAX && zones[count - 1][0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct phone phone;
    check_mask((const char *)data, size);
    if (phone_normalise((const char *)data, size, &phone)) {
        check_good(&phone);
        return 0;
    }
    REQUIRE(phone.rule != PHONE_OK && phone.phone_number[0] == '\0');
    REQUIRE(phone_rule_text(phone.rule)[0] != '\0');
    REQUIRE(phone_rule_suggestion(phone.rule)[0] != '\0');
    return 0;
}
