/* What clients ask of the sandbox one after the other: every filter, page and change of a document,
 * address or number, and the controls of a person, as tables of steps. */
#include "base/clock.h"
#include "base/text.h"
#include "helpers/sandbox_asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ORDERS "/HostedNumbers/HostedNumberOrders"
#define DOCUMENTS "/HostedNumbers/AuthorizationDocuments"
#define CORE "/2010-04-01/Accounts/" ACCOUNT
#define ADDRESSES CORE "/Addresses"
#define NUMBERS CORE "/IncomingPhoneNumbers"
#define NONE "11111111111111111111111111111111"
#define LOA                                                                                        \
    "AddressSid=AD" NONE "&Email=a%40b.example&ContactTitle=x&ContactPhoneNumber=%2B14155550199"
#define ADDRESS(street)                                                                            \
    "CustomerName=Dee&Street=" street "&City=Hill&Region=CA&PostalCode=94107&IsoCountry=US"

static const int64_t start_ms = INT64_C(1700000000000);

/* $a to $h in path and body are SIDs kept before, $A to $H the numbers' own. */
struct step {
    int after_s;
    const char *method;
    const char *path;
    const char *body;
    int code;       /* of the error, else the status code */
    char keep;      /* the answer's SID */
    const char *in; /* of the answer; NULL: anything */
    int items;      /* of a list; ANY: no list */
};
enum { ANY = -1, SIDS_MAX = 8 };

struct play {
    struct sandbox *sandbox;
    int64_t now_ms;
    char sids[SIDS_MAX][35];
    char numbers[SIDS_MAX][35];
};

static void add_name(struct buf *out, const struct play *play, char name)
{
    bool is_number = name >= 'A' && name <= 'H';
    assert_true(is_number || (name >= 'a' && name <= 'h'));
    buf_add_text(out, is_number ? play->numbers[name - 'A'] : play->sids[name - 'a']);
}

static const char *filled_in(struct buf *out, const struct play *play, const char *text)
{
    buf_init(out, 4096);
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '$')
            add_name(out, play, *++text);
        else
            buf_add_char(out, *text);
    }
    return text != NULL ? buf_text(out) : NULL;
}

static size_t count_items(const struct asked *asked)
{
    static const char *const keys[] = {"items", "addresses", "incoming_phone_numbers"};
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (json_object_get(asked->json, keys[i]) != NULL)
            return json_array_size(json_object_get(asked->json, keys[i]));
    return 0;
}

static void keep_sids(struct play *play, const struct step *step, const struct asked *asked)
{
    int place = step->keep - 'a';
    TEXT_SET(play->sids[place], asked_text(asked, "sid"));
    TEXT_SET(play->numbers[place], asked_text(asked, "incoming_phone_number_sid"));
}

static void take_step(struct play *play, const struct step *step)
{
    struct buf path;
    struct buf body;
    struct buf in;
    play->now_ms += step->after_s * SECOND_MS;
    const char *to = filled_in(&path, play, step->path);
    struct asked asked =
        ask(play->sandbox, play->now_ms, step->method, to, filled_in(&body, play, step->body));
    int code = asked_code(&asked) != 0 ? asked_code(&asked) : asked.status;
    const char *answer = buf_text(&asked.response.body);
    const char *part = filled_in(&in, play, step->in);
    if (code != step->code || (part != NULL && strstr(answer, part) == NULL) ||
        (step->items != ANY && count_items(&asked) != (size_t)step->items))
        fail_msg("%s %s %s: %d, wanted %d, %s, %d items: %s", step->method, to,
                 step->body != NULL ? step->body : "", code, step->code, part != NULL ? part : "",
                 step->items, answer);
    if (step->keep != 0)
        keep_sids(play, step, &asked);
    asked_done(&asked);
    buf_done(&path);
    buf_done(&body);
    buf_done(&in);
}

static void take_steps(struct play *play, const struct step *steps, size_t count)
{
    if (play->sandbox == NULL) {
        struct scenario scenario = scenario_calm();
        play->sandbox = sandbox_new(&scenario, 9);
        play->now_ms = start_ms;
    }
    for (size_t i = 0; i < count; i++)
        take_step(play, &steps[i]);
}

static void take_all(const struct step *steps, size_t count)
{
    struct play play = {0};
    take_steps(&play, steps, count);
    sandbox_free(play.sandbox);
}

/* 415, 416 and 417: verified by themselves. */
static const struct step three_verified[] = {
    {0, "POST", ORDERS,
     "PhoneNumber=%2B14155550109&SmsCapability=true&UniqueName=one&FriendlyName=A-z_9", 201, 'a',
     "A-z_9", ANY},
    {0, "POST", ORDERS, "PhoneNumber=%2B14165550109&SmsCapability=true&UniqueName=two", 201, 'b',
     NULL, ANY},
    {0, "POST", ORDERS,
     "PhoneNumber=%2B14175550109&SmsCapability=true&CcEmails=a%40b.c&CcEmails=d%40e.f", 201, 'c',
     "a@b.c", ANY},
    {60, "GET", ORDERS "/$a", NULL, 200, 0, "\"verified\"", ANY},
};

static void orders_are_found_by_every_filter_and_no_other_is(void **state)
{
    static const struct step steps[] = {
        {0, "GET", ORDERS, NULL, 200, 0, NULL, 3},
        {0, "GET", ORDERS "?Status=verified", NULL, 200, 0, NULL, 3},
        {0, "GET", ORDERS "?Status=Verified", NULL, 200, 0, NULL, 3},
        {0, "GET", ORDERS "?Status=received", NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?Status=queued", NULL, 22111, 0, NULL, ANY},
        {0, "GET", ORDERS "?Status=asleep", NULL, 22111, 0, NULL, ANY},
        {0, "GET", ORDERS "?UniqueName=two", NULL, 200, 0, "+14165550109", 1},
        {0, "GET", ORDERS "?UniqueName=two&Status=received", NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?UniqueName=two&PhoneNumber=%2B14155550109", NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?UniqueName=two&IncomingPhoneNumberSid=$A", NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?UniqueName=three", NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?IncomingPhoneNumberSid=$C", NULL, 200, 0, "+14175550109", 1},
        {0, "GET", ORDERS "?IncomingPhoneNumberSid=PN" NONE, NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?FriendlyName=A-z_9&PhoneNumber=%2B14155550109", NULL, 200, 0, "A-z_9",
         1},
        {0, "GET", ORDERS "?FriendlyName=A+z&PageSize=1", NULL, 200, 0, "FriendlyName=A%20z", 0},
        {0, "GET", ORDERS "?Page=1&PageSize=2", NULL, 200, 0, "PageToken=PB", 1},
        {0, "GET", ORDERS "?Page=9&PageSize=2", NULL, 200, 0, "\"previous_page_url\": null", 0},
        {0, "GET", ORDERS "?PageToken=", NULL, 200, 0, NULL, 3},
        {0, "GET", ORDERS "?PageToken=PB$c", NULL, 200, 0, NULL, 3},
        {0, "GET", ORDERS "?PageToken=PB$a&PageSize=1&Page=2", NULL, 200, 0, "+14165550109", 1},
        {0, "GET", ORDERS "?PageToken=PB$b&FriendlyName=A-z_9", NULL, 200, 0, NULL, 1},
        {0, "GET", ORDERS "?PageToken=PB$b&PhoneNumber=%2B14165550109", NULL, 200, 0, NULL, 1},
        {0, "GET", ORDERS "?PageToken=PAHR" NONE, NULL, 20001, 0, NULL, ANY},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

static void an_order_is_renamed_and_its_old_name_is_free(void **state)
{
    static const struct step steps[] = {
        {0, "POST", ORDERS "/$a", "UniqueName=two", 20001, 0, NULL, ANY},
        {0, "POST", ORDERS "/$a", "UniqueName=four", 200, 0, "\"four\"", ANY},
        {0, "GET", ORDERS "?UniqueName=one", NULL, 200, 0, NULL, 0},
        {0, "GET", ORDERS "?UniqueName=four", NULL, 200, 0, NULL, 1},
        {0, "POST", ORDERS "/$b", "UniqueName=one", 200, 0, NULL, ANY},
        {0, "POST", ORDERS "/$b", "UniqueName=", 200, 0, NULL, ANY},
        {0, "POST", ORDERS "/$b", "UniqueName=&FriendlyName=", 200, 0, NULL, ANY},
        {0, "POST", ORDERS "/$c", "UniqueName=five", 200, 0, NULL, ANY},
        {0, "GET", ORDERS "?UniqueName=one", NULL, 200, 0, NULL, 0},
        {0, "POST", ORDERS "/$c", "VerificationDocumentSid=RI" NONE, 22112, 0, NULL, ANY},
        {0, "POST", ORDERS "/$c", "Status=pending-verification", 22112, 0, NULL, ANY},
        {0, "POST", ORDERS "/HR" NONE, "UniqueName=six", 20404, 0, NULL, ANY},
        {0, "DELETE", ORDERS "/HR" NONE, NULL, 20404, 0, NULL, ANY},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

#define MOST_OF_IT                                                                                 \
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345"
#define TOO_LONG MOST_OF_IT "678901234567890123456789012345678901234567890"

static void an_update_is_taken_or_refused_by_where_the_order_is(void **state)
{
    static const struct step steps[] = {
        {0, "POST", ORDERS "/$a", "UniqueName=one", 200, 0, NULL, ANY}, /* its own */
        {0, "POST", ORDERS "/$a", "Status=queued", 22111, 0, NULL, ANY},
        {0, "POST", ORDERS "/$a", "FriendlyName=" TOO_LONG, 22116, 0, NULL, ANY},
        {0, "POST", ORDERS "/$a", "UniqueName=" TOO_LONG, 22115, 0, NULL, ANY},
        {0, "POST", ORDERS, "PhoneNumber=%2B14155550100&SmsCapability=true", 201, 'd', NULL, ANY},
        {0, "POST", ORDERS "/$d", "VerificationDocumentSid=RI" NONE, 22112, 0, NULL, ANY},
        {60, "POST", ORDERS "/$d", "CallDelay=5&Extension=1", 200, 0, NULL, ANY},
        {0, "POST", ORDERS "/$d", "Status=pending-verification", 200, 0, NULL, ANY},
        {0, "POST", ORDERS "/$d", "VerificationDocumentSid=RI" NONE, 200, 0, NULL, ANY},
        {0, "POST", ORDERS,
         "PhoneNumber=%2B14185550123&SmsCapability=true&VerificationType=phone-bill&"
         "VerificationDocumentSid=RI" NONE,
         201, 'e', NULL, ANY},
        {6, "POST", ORDERS "/$e", "Status=pending-verification", 200, 0, NULL, ANY},
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$a", 201, 'f', NULL, ANY},
        {0, "DELETE", ORDERS "/$a", NULL, 204, 0, NULL, ANY},
        {600, "GET", ORDERS "/$e", NULL, 200, 0, "\"verified\"", ANY},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

static void a_document_that_is_out_changes_only_after_it_is_opened(void **state)
{
    static const struct step steps[] = {
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$a&HostedNumberOrderSids=$a", 201, 'd',
         "\"signing\"", ANY},
        {0, "GET", DOCUMENTS "/$d", NULL, 200, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "/PX" NONE, NULL, 20404, 0, NULL, ANY},
        {0, "GET", ORDERS "/$a", NULL, 200, 0, "\"pending-loa\"", ANY},
        {0, "POST", DOCUMENTS "/PX" NONE, "Status=opened", 20404, 0, NULL, ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=signed", 22122, 0, NULL, ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=signing&ContactTitle=y", 22107, 0, NULL, ANY},
        {0, "POST", DOCUMENTS "/$d", "ContactPhoneNumber=y", 22107, 0, NULL, ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=signing", 200, 0, "\"signing\"", ANY},
        {0, "POST", DOCUMENTS "/$d", NULL, 200, 0, "\"signing\"", ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=opened&Email=nobody", 22104, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "/$d", NULL, 200, 0, "\"signing\"", ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=opened&Email=c%40d.example", 200, 0, "c@d.example",
         ANY},
        {0, "GET", ORDERS "/$a", NULL, 200, 0, "\"verified\"", ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=opened&CcEmails=e%40f.example", 200, 0, "e@f.example",
         ANY},
        {0, "POST", DOCUMENTS "/$d", "HostedNumberOrderSids=HR" NONE, 22101, 0, NULL, ANY},
        {0, "POST", DOCUMENTS "/$d", "HostedNumberOrderSids=$a&HostedNumberOrderSids=$b", 200, 0,
         NULL, ANY},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders", NULL, 200, 0, NULL, 2},
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$b", 201, 'e', NULL, ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=signing", 22112, 0, NULL, ANY}, /* $b is out */
        {0, "POST", DOCUMENTS "/$d", "HostedNumberOrderSids=$a&ContactTitle=z", 200, 0,
         "\"opened\"", ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=signing", 200, 0, "\"signing\"", ANY},
        {600, "GET", DOCUMENTS "/$d", NULL, 200, 0, "\"signed\"", ANY},
        {0, "GET", ORDERS "/$a", NULL, 200, 0, "\"completed\"", ANY},
        {0, "POST", DOCUMENTS "/$d", "Status=opened", 22107, 0, NULL, ANY},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

static void documents_and_their_orders_come_in_pages_and_by_filter(void **state)
{
    static const struct step steps[] = {
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$a&HostedNumberOrderSids=$b", 201, 'd',
         NULL, ANY},
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$c", 201, 'e', NULL, ANY},
        {0, "GET", DOCUMENTS, NULL, 200, 0, NULL, 2},
        {0, "GET", DOCUMENTS "?Status=signing&Email=a%40b.example", NULL, 200, 0, NULL, 2},
        {0, "GET", DOCUMENTS "?Status=signed", NULL, 200, 0, NULL, 0},
        {0, "GET", DOCUMENTS "?Email=c%40d.example", NULL, 200, 0, NULL, 0},
        {0, "GET", DOCUMENTS "?Status=folded", NULL, 22111, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "?PageSize=x", NULL, 20001, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "?PageToken=PAPX" NONE, NULL, 20001, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "?PageSize=1", NULL, 200, 0, "PageToken=PA$e", 1},
        {0, "GET", DOCUMENTS "?PageSize=1&Page=1", NULL, 200, 0, "\"next_page_url\": null", 1},
        {0, "GET", DOCUMENTS "?PageSize=1&Page=1&PageToken=PA$e", NULL, 200, 0, "PageToken=PB$d",
         1},
        {0, "GET", DOCUMENTS "?PageSize=1&PageToken=PB$d", NULL, 200, 0, "\"$e\"", 1},
        {0, "GET", DOCUMENTS "?PageSize=2&PageToken=PB$d", NULL, 200, 0, "\"$e\"", 2},
        {0, "GET", DOCUMENTS "/PX" NONE "/DependentHostedNumberOrders", NULL, 20404, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?Status=x", NULL, 22111, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?Page=x", NULL, 20001, 0, NULL, ANY},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?PageToken=PA$c", NULL, 20001, 0, NULL,
         ANY},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?UniqueName=two", NULL, 200, 0, NULL,
         1},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?PageSize=1", NULL, 200, 0, "\"$a\"",
         1},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?PageSize=1&PageToken=PA$a", NULL, 200,
         0, "\"$b\"", 1},
        {0, "GET", DOCUMENTS "/$d/DependentHostedNumberOrders?PageSize=1&PageToken=PB$b", NULL, 200,
         0, "\"$a\"", 1},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

static void addresses_are_made_found_listed_and_deleted(void **state)
{
    static const struct step steps[] = {
        {0, "POST", ADDRESSES ".json", ADDRESS("Main"), 201, 'a', "Main", ANY},
        {0, "POST", ADDRESSES ".json", ADDRESS("Side") "&FriendlyName=f&StreetSecondary=2", 201,
         'b', "Side", ANY},
        {0, "POST", "/2010-04-01/Accounts/AC1/Addresses.json", ADDRESS("x"), 20404, 0, NULL, ANY},
        {0, "GET", ADDRESSES "/$a.json", NULL, 200, 0, "Main", ANY},
        {0, "GET", ADDRESSES "/AD" NONE ".json", NULL, 20404, 0, NULL, ANY},
        {0, "GET", ADDRESSES ".json?PageSize=x", NULL, 20001, 0, NULL, ANY},
        {0, "GET", ADDRESSES ".json?PageToken=PAAD" NONE, NULL, 20001, 0, NULL, ANY},
        {0, "GET", ADDRESSES ".json?PageSize=1", NULL, 200, 0, "PageToken=PA$b", 1},
        {0, "GET", ADDRESSES ".json?PageSize=1&Page=1&PageToken=PA$b", NULL, 200, 0, "Main", 1},
        {0, "GET", ADDRESSES ".json?CustomerName=Dee&IsoCountry=US", NULL, 200, 0, NULL, 2},
        {0, "GET", ADDRESSES ".json?FriendlyName=f", NULL, 200, 0, "Side", 1},
        {0, "GET", ADDRESSES ".json?CustomerName=Doe", NULL, 200, 0, NULL, 0},
        {0, "GET", ADDRESSES ".json?IsoCountry=CA", NULL, 200, 0, NULL, 0},
        {0, "DELETE", ADDRESSES "/$a.json", NULL, 204, 0, NULL, ANY},
        {0, "DELETE", ADDRESSES "/$a.json", NULL, 20404, 0, NULL, ANY},
        {0, "GET", ADDRESSES ".json", NULL, 200, 0, NULL, 1},
    };
    (void)state;
    take_all(steps, COUNT_OF(steps));
}

static void numbers_are_found_listed_and_given_back_when_they_are_done(void **state)
{
    static const struct step steps[] = {
        {0, "GET", NUMBERS ".json", NULL, 200, 0, NULL, 3},
        {0, "GET", NUMBERS ".json?Origin=twilio", NULL, 200, 0, NULL, 0},
        {0, "GET", NUMBERS ".json?PageSize=0", NULL, 20001, 0, NULL, ANY},
        {0, "GET", NUMBERS ".json?PageToken=PAPN" NONE, NULL, 20001, 0, NULL, ANY},
        {0, "GET", NUMBERS ".json?Page=1&PageSize=2", NULL, 200, 0, NULL, 1},
        {0, "GET", NUMBERS ".json?Page=9&PageSize=2", NULL, 200, 0, NULL, 0},
        {0, "GET", NUMBERS ".json?PhoneNumber=%2B14165550109", NULL, 200, 0, NULL, 1},
        {0, "GET", NUMBERS "/$A.json", NULL, 200, 0, "+14155550109", ANY},
        {0, "GET", NUMBERS "/PN" NONE ".json", NULL, 20404, 0, NULL, ANY},
        {0, "DELETE", NUMBERS "/PN" NONE ".json", NULL, 20404, 0, NULL, ANY},
        {0, "DELETE", NUMBERS "/$A.json", NULL, 20409, 0, NULL, ANY},
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$a", 201, 'd', NULL, ANY},
        {0, "DELETE", ORDERS "/$b", NULL, 204, 0, NULL, ANY},
        {600, "GET", ORDERS "/$a", NULL, 200, 0, "\"completed\"", ANY},
        {0, "DELETE", ORDERS "/$a", NULL, 20409, 0, NULL, ANY},
        {0, "DELETE", NUMBERS "/$A.json", NULL, 204, 0, NULL, ANY},
        {0, "GET", NUMBERS "/$A.json", NULL, 20404, 0, NULL, ANY},
        {0, "GET", NUMBERS ".json", NULL, 200, 0, NULL, 1},
        {0, "GET", NUMBERS ".json?PhoneNumber=%2B14165550109", NULL, 200, 0, NULL, 0},
        {0, "POST", ORDERS, "PhoneNumber=%2B14155550109&SmsCapability=true", 201, 'e', NULL, ANY},
        {0, "GET", ORDERS "?PhoneNumber=%2B14155550109", NULL, 200, 0, NULL, 2},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

static void a_person_signs_declines_keys_and_changes_the_world(void **state)
{
    static const struct step steps[] = {
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$a", 201, 'd', NULL, ANY},
        {0, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$b", 201, 'e', NULL, ANY},
        {0, "POST", "/_sandbox/sign", NULL, 400, 0, "document_sid", ANY},
        {0, "POST", "/_sandbox/sign", "document_sid=$d&outcome=lost", 400, 0, NULL, ANY},
        {0, "POST", "/_sandbox/sign", "document_sid=$d&outcome=declined", 200, 0, "declined", ANY},
        {0, "POST", "/_sandbox/sign", "document_sid=$d", 409, 0, NULL, ANY},
        {0, "POST", "/_sandbox/sign?document_sid=$e&outcome=signed", "", 200, 0, "signed", ANY},
        {0, "GET", ORDERS "/$a", NULL, 200, 0, "\"verified\"", ANY},
        {0, "GET", ORDERS "/$b", NULL, 200, 0, "\"carrier-processing\"", ANY},
        {0, "POST", "/_sandbox/answer", NULL, 400, 0, "digits", ANY},
        {0, "POST", "/_sandbox/answer", "phone_number=%2B14155550109", 400, 0, "digits", ANY},
        {0, "POST", "/_sandbox/answer", "phone_number=%2B1&digits=1", 409, 0, NULL, ANY},
        {0, "POST", "/_sandbox/answer", "digits=%00", 400, 0, "cannot be read", ANY},
        {0, "DELETE", ORDERS "/$a", NULL, 204, 0, NULL, ANY},
        {0, "GET", "/_sandbox/orders", NULL, 200, 0, "+14165550109", ANY},
        {0, "GET", "/_sandbox/ledger", NULL, 200, 0, "loa-sent", ANY},
        {0, "GET", "/_sandbox/elsewhere", NULL, 404, 0, NULL, ANY},
        {0, "POST", "/_sandbox/ledger", NULL, 404, 0, NULL, ANY},
        {0, "GET", "/_sandbox/scenario", NULL, 404, 0, NULL, ANY},
        {0, "POST", "/_sandbox/scenario", "speling: 1\n", 400, 0, "speling", ANY},
        {0, "POST", "/_sandbox/scenario", NULL, 200, 0, "holds from now on", ANY},
        {0, "POST", "/_sandbox/scenario",
         "concurrency: 1\neligibility: [{pattern: \"+1212?550100\", code: 22110}, {pattern: "
         "\"+1213*\", code: 22103}]\n",
         200, 0, NULL, ANY},
        {0, "POST", ORDERS, "PhoneNumber=%2B12125550100&SmsCapability=true", 22110, 0, NULL, ANY},
        {0, "POST", ORDERS, "PhoneNumber=%2B12135550100&SmsCapability=true", 22103, 0, NULL, ANY},
        {0, "POST", ORDERS, "PhoneNumber=%2B12125550123&SmsCapability=true", 201, 0, NULL, ANY},
        {0, "POST", "/_sandbox/scenario", "preview_access: no\n", 200, 0, NULL, ANY},
        {0, "GET", ORDERS, NULL, 20404, 0, NULL, ANY},
    };
    struct play play = {0};
    (void)state;
    take_steps(&play, three_verified, COUNT_OF(three_verified));
    take_steps(&play, steps, COUNT_OF(steps));
    sandbox_free(play.sandbox);
}

/* A call a day, or a bill, then the LOA; what has come of it after five more days. */
static void bring(const char *digits, int calls, const char *ends)
{
    struct play play = {0};
    char body[160];
    char end[64];
    snprintf(body, sizeof body, "PhoneNumber=%%2B%s&SmsCapability=true", digits);
    snprintf(end, sizeof end, "\"%s\"", ends);
    const struct step create = {0, "POST", ORDERS, body, 201, 'a', NULL, ANY};
    const struct step call = {3600, "POST", ORDERS "/$a", "Status=pending-verification",
                              200,  0,      NULL,         ANY};
    const struct step bill = {
        60,  "POST", ORDERS "/$a", "VerificationType=phone-bill&VerificationDocumentSid=RI" NONE,
        200, 0,      NULL,         ANY};
    const struct step sign = {3600, "POST", DOCUMENTS, LOA "&HostedNumberOrderSids=$a",
                              201,  'b',    NULL,      ANY};
    const struct step end_of_it = {3600, "GET", ORDERS "/$a", NULL, 200, 0, end, ANY};
    take_steps(&play, &create, 1);
    for (int i = 0; i < calls; i++)
        take_step(&play, &call);
    if (calls < 0)
        take_step(&play, &bill);
    if (strcmp(ends, "action-required") != 0)
        take_step(&play, &sign);
    take_step(&play, &end_of_it);
    sandbox_free(play.sandbox);
}

static void each_magic_number_ends_as_its_row_says(void **state)
{
    static const struct {
        const char *digits;
        int calls; /* -1: a bill */
        const char *ends;
    } rows[] = {
        {"14155550100", 1, "completed"},       {"18005550100", 1, "completed"},
        {"14155550104", 2, "completed"},       {"14155550105", 3, "completed"},
        {"14155550106", 3, "action-required"}, {"14155550115", -1, "action-required"},
        {"14155550116", 1, "completed"},       {"14155550117", 1, "completed"},
        {"14155550118", 1, "verified"},        {"14155550110", 1, "verified"},
        {"14155550114", 1, "completed"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        bring(rows[i].digits, rows[i].calls, rows[i].ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_found_by_every_filter_and_no_other_is),
        cmocka_unit_test(an_order_is_renamed_and_its_old_name_is_free),
        cmocka_unit_test(an_update_is_taken_or_refused_by_where_the_order_is),
        cmocka_unit_test(a_document_that_is_out_changes_only_after_it_is_opened),
        cmocka_unit_test(documents_and_their_orders_come_in_pages_and_by_filter),
        cmocka_unit_test(addresses_are_made_found_listed_and_deleted),
        cmocka_unit_test(numbers_are_found_listed_and_given_back_when_they_are_done),
        cmocka_unit_test(a_person_signs_declines_keys_and_changes_the_world),
        cmocka_unit_test(each_magic_number_ends_as_its_row_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
