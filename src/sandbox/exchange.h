/* One request being carried out. For files of this folder only. */
#ifndef NUMHOST_SANDBOX_EXCHANGE_H
#define NUMHOST_SANDBOX_EXCHANGE_H

#include "sandbox/model.h"

struct exchange {
    struct sandbox *sandbox;
    const struct sandbox_request *request;
    struct sandbox_response *response;
    enum sandbox_operation operation;
    char path_sid[SID_BYTES]; /* from the path, "" none */
    char account_sid[SID_BYTES];
    struct params query;
    struct params body;
    const char *base_url;
    struct ledger_entry entry;
    enum fault_kind fault;
    const struct fault_rule *rule; /* NULL: no fault */
    bool checked;                  /* carried out late, on what was checked when it arrived */
    uint64_t shape;                /* bits that vary the answer's shape; 0: the usual one */
};

typedef void (*operation_fn)(struct exchange *exchange);

/* ---- answers (answer.c) ---- */

/* The error body of service.md 3.2, its HTTP status by the code. False, so that checks can return
 * it.
 */
bool refuse(struct exchange *exchange, int32_t code, const char *format, ...) PRINTF_LIKE(3, 4);

/* 404/20404 for the path. */
void refuse_missing(struct exchange *exchange);
int32_t refusal_status(int32_t code);

void json_text(struct buf *out, const char *text); /* NULL: null; always valid JSON */
void answer_order(struct exchange *exchange, const struct order *order, bool with_url);
void answer_document(struct exchange *exchange, const struct document *document);
void answer_address(struct exchange *exchange, const struct address *address);
void answer_incoming(struct exchange *exchange, const struct order *order);

/* "2017-03-28T20:06:39Z" in quotes, and "Tue, 18 Aug 2015 17:07:30 +0000" for v2010
 * (service.md 3.9).
 */
void json_iso_date(struct buf *out, int64_t at_ms);
void json_rfc2822_date(struct buf *out, int64_t at_ms);

/* ---- checks of parameters (check.c): false when refused already ---- */

const char *parameter(const struct exchange *exchange,
                      const char *name); /* of the body; NULL absent */
bool check_required(struct exchange *exchange, const char *name);
bool check_phone(struct exchange *exchange, const char *phone_number);
bool check_sid(struct exchange *exchange, const char *name, const char *prefix, int32_t code);
bool check_emails(struct exchange *exchange, const char *name);
bool check_url(struct exchange *exchange, const char *name);
bool check_method(struct exchange *exchange, const char *name);
bool check_length(struct exchange *exchange, const char *name, size_t most, int32_t code);
bool check_extension(struct exchange *exchange);
bool check_call_delay(struct exchange *exchange);
bool check_verification(struct exchange *exchange);
bool sid_is_well_formed(const char *sid, const char *prefix);

/* Values of a repeated parameter, one a line; NULL when absent. The caller frees. */
char *join_values(const struct exchange *exchange, const char *name);

/* ---- operations ---- */

void op_create_order(struct exchange *exchange);
void op_list_orders(struct exchange *exchange);
void op_fetch_order(struct exchange *exchange);
void op_update_order(struct exchange *exchange);
void op_delete_order(struct exchange *exchange);
void op_create_document(struct exchange *exchange);
void op_list_documents(struct exchange *exchange);
void op_fetch_document(struct exchange *exchange);
void op_update_document(struct exchange *exchange);
void op_list_dependents(struct exchange *exchange);
void op_create_address(struct exchange *exchange);
void op_list_addresses(struct exchange *exchange);
void op_fetch_address(struct exchange *exchange);
void op_delete_address(struct exchange *exchange);
void op_list_incoming(struct exchange *exchange);
void op_fetch_incoming(struct exchange *exchange);
void op_delete_incoming(struct exchange *exchange);

/* What an update is about, for the ledger: a call, a bill, a code or only details. */
enum sandbox_operation update_kind(const struct params *body);

/* ---- faults, ledger, control plane ---- */

/* Draw the fault of this request. */
void fault_draw(struct exchange *exchange);

/* Answer it where no true answer comes: true when that was done. */
bool fault_answer(struct exchange *exchange);

/* Spoil the true answer. */
void fault_spoil(struct exchange *exchange);

void ledger_add(struct sandbox *sandbox, const struct ledger_entry *entry);
void ledger_request_id(const struct sandbox *sandbox, uint64_t ordinal, char to[SID_BYTES]);

/* One line of the ledger as JSON with its newline. */
void ledger_add_json(struct buf *out, const struct ledger_line *line);

/* /_sandbox/...; not in the ledger and never at fault. */
void control_handle(struct sandbox *sandbox, const struct sandbox_request *request,
                    struct sandbox_response *response);

/* Carry the request out at at_ms. */
void defer_request(struct exchange *exchange, int64_t at_ms);

/* True for one that passed its checks and races: it is carried out later, whatever others do until
 * then. */
bool races_later(struct exchange *exchange);

/* Note that the request is about this order, and what it did to it. */
void note_order(struct exchange *exchange, const struct order *order, enum sandbox_effect effect);

#endif
