#include "domain/area_code.h"

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Facts of the North American Numbering Plan, as carried by libphonenumber's metadata of July 2026.
 * Personal (5XX) and premium (900) codes are left out on purpose: they come back as unknown, which
 * is a warning. */
static const int16_t us_codes[] = {
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 220, 223,
    224, 225, 227, 228, 229, 231, 234, 235, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267,
    269, 270, 272, 274, 276, 279, 281, 283, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312, 313,
    314, 315, 316, 317, 318, 319, 320, 321, 323, 324, 325, 326, 327, 329, 330, 331, 332, 334, 336,
    337, 339, 341, 346, 347, 350, 351, 352, 353, 360, 361, 363, 364, 369, 380, 385, 386, 401, 402,
    404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 417, 419, 423, 424, 425, 430, 432, 434,
    435, 440, 442, 443, 445, 447, 448, 458, 463, 464, 469, 470, 472, 475, 478, 479, 480, 484, 501,
    502, 503, 504, 505, 507, 508, 509, 510, 512, 513, 515, 516, 517, 518, 520, 530, 531, 534, 539,
    540, 541, 551, 557, 559, 561, 562, 563, 564, 567, 570, 571, 572, 573, 574, 575, 580, 582, 585,
    586, 601, 602, 603, 605, 606, 607, 608, 609, 610, 612, 614, 615, 616, 617, 618, 619, 620, 623,
    626, 628, 629, 630, 631, 636, 640, 641, 645, 646, 650, 651, 656, 657, 659, 660, 661, 662, 667,
    669, 678, 680, 681, 682, 686, 689, 701, 702, 703, 704, 706, 707, 708, 712, 713, 714, 715, 716,
    717, 718, 719, 720, 724, 725, 726, 727, 728, 730, 731, 732, 734, 737, 738, 740, 743, 747, 748,
    754, 757, 760, 762, 763, 765, 769, 770, 771, 772, 773, 774, 775, 779, 781, 785, 786, 801, 802,
    803, 804, 805, 806, 808, 810, 812, 813, 814, 815, 816, 817, 818, 820, 821, 826, 828, 830, 831,
    832, 835, 838, 839, 840, 843, 845, 847, 848, 850, 854, 856, 857, 858, 859, 860, 862, 863, 864,
    865, 870, 872, 878, 901, 903, 904, 906, 907, 908, 909, 910, 912, 913, 914, 915, 916, 917, 918,
    919, 920, 925, 928, 929, 930, 931, 934, 936, 937, 938, 940, 941, 943, 945, 947, 948, 949, 951,
    952, 954, 956, 959, 970, 971, 972, 973, 975, 978, 979, 980, 983, 984, 985, 986, 989,
};

static const int16_t canada_codes[] = {
    204, 226, 236, 249, 250, 257, 263, 273, 289, 306, 343, 354, 365, 367, 368, 382, 403, 416, 418,
    428, 431, 437, 438, 450, 468, 474, 506, 514, 519, 548, 579, 581, 584, 587, 604, 613, 639, 647,
    672, 683, 705, 709, 742, 753, 778, 780, 782, 807, 819, 825, 867, 873, 879, 902, 905, 942,
};

static const int16_t toll_free_codes[] = {
    800, 833, 844, 855, 866, 877, 888,
};

static const struct {
    int16_t code;
    enum area area;
    const char *country;
} elsewhere[] = {
    {242, AREA_OTHER, "Bahamas"},
    {246, AREA_OTHER, "Barbados"},
    {264, AREA_OTHER, "Anguilla"},
    {268, AREA_OTHER, "Antigua and Barbuda"},
    {284, AREA_OTHER, "British Virgin Islands"},
    {340, AREA_TERRITORY, "U.S. Virgin Islands"},
    {345, AREA_OTHER, "Cayman Islands"},
    {441, AREA_OTHER, "Bermuda"},
    {473, AREA_OTHER, "Grenada"},
    {649, AREA_OTHER, "Turks and Caicos Islands"},
    {658, AREA_OTHER, "Jamaica"},
    {664, AREA_OTHER, "Montserrat"},
    {670, AREA_TERRITORY, "Northern Mariana Islands"},
    {671, AREA_TERRITORY, "Guam"},
    {684, AREA_TERRITORY, "American Samoa"},
    {721, AREA_OTHER, "Sint Maarten"},
    {758, AREA_OTHER, "Saint Lucia"},
    {767, AREA_OTHER, "Dominica"},
    {784, AREA_OTHER, "Saint Vincent and the Grenadines"},
    {787, AREA_TERRITORY, "Puerto Rico"},
    {809, AREA_OTHER, "Dominican Republic"},
    {829, AREA_OTHER, "Dominican Republic"},
    {849, AREA_OTHER, "Dominican Republic"},
    {868, AREA_OTHER, "Trinidad and Tobago"},
    {869, AREA_OTHER, "Saint Kitts and Nevis"},
    {876, AREA_OTHER, "Jamaica"},
    {939, AREA_TERRITORY, "Puerto Rico"},
};

static int compare_codes(const void *a, const void *b)
{
    return *(const int16_t *)a - *(const int16_t *)b;
}

static bool holds(const int16_t *codes, size_t count, int16_t code)
{
    return bsearch(&code, codes, count, sizeof *codes, compare_codes) != NULL;
}

enum area area_code_find(int code, const char **country)
{
    int16_t wanted = code >= 200 && code <= 999 ? (int16_t)code : 0;
    *country = "";
    if (holds(us_codes, COUNT_OF(us_codes), wanted))
        return AREA_US;
    if (holds(toll_free_codes, COUNT_OF(toll_free_codes), wanted))
        return AREA_TOLL_FREE;
    if (holds(canada_codes, COUNT_OF(canada_codes), wanted))
        return AREA_CANADA;
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
        if (elsewhere[i].code == wanted) {
            *country = elsewhere[i].country;
            return elsewhere[i].area;
        }
    }
    return AREA_UNKNOWN;
}
