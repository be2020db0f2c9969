#include "dm_time.h"


typedef struct {
    int  year, month, day, hour, minute, second;
} dm_civil_t;


/* '0' in the shape stands for any digit, a lower case letter for both cases. */
static int
dm_time_shape(const char *text, const char *shape)
{
    for ( /* void */ ; *shape; text++, shape++) {
        if (*shape == '0' ? (*text < '0' || *text > '9')
                          : dm_lower((unsigned char) *text)
                            != (unsigned char) *shape)
        {
            return 0;
        }
    }

    return 1;
}


static int
dm_time_two(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}


static int
dm_time_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}


static int
dm_time_valid(const dm_civil_t *t)
{
    static const int  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (t->year < 1970 || t->month < 1 || t->month > 12 || t->day < 1) {
        return 0;
    }

    return t->day <= days[t->month - 1]
                     + (t->month == 2 && dm_time_leap(t->year))
           && t->hour < 24 && t->minute < 60 && t->second <= 60;
}


/* Days from 1970-01-01, counting years from March so that leap days end one. */
static int64_t
dm_time_days(const dm_civil_t *t)
{
    int64_t  year, month;

    year = t->month > 2 ? t->year : t->year - 1;
    month = t->month > 2 ? t->month - 3 : t->month + 9;

    return year * 365 + year / 4 - year / 100 + year / 400
           + (month * 153 + 2) / 5 + t->day - 1 - 719468;
}


/* time-offset = "Z" / ("+" / "-") hours ":" minutes; -1 if it is none */
static int
dm_time_offset(dm_str_t text, int *seconds)
{
    if (text.len == 1 && dm_lower((unsigned char) text.data[0]) == 'z') {
        *seconds = 0;
        return 0;
    }

    if (text.len != 6 || (text.data[0] != '+' && text.data[0] != '-')
        || !dm_time_shape(text.data + 1, "00:00")
        || dm_time_two(text.data + 1) > 23 || dm_time_two(text.data + 4) > 59)
    {
        return -1;
    }

    *seconds = dm_time_two(text.data + 1) * 3600
               + dm_time_two(text.data + 4) * 60;

    if (text.data[0] == '-') {
        *seconds = -*seconds;
    }

    return 0;
}


int
dm_time_parse(dm_str_t text, int64_t *seconds)
{
    int         offset;
    size_t      n;
    dm_civil_t  t;

    if (text.len < sizeof("0000-00-00t00:00:00z") - 1
        || !dm_time_shape(text.data, "0000-00-00t00:00:00"))
    {
        return -1;
    }

    t.year = dm_time_two(text.data) * 100 + dm_time_two(text.data + 2);
    t.month = dm_time_two(text.data + 5);
    t.day = dm_time_two(text.data + 8);
    t.hour = dm_time_two(text.data + 11);
    t.minute = dm_time_two(text.data + 14);
    t.second = dm_time_two(text.data + 17);

    n = sizeof("0000-00-00t00:00:00") - 1;

    if (text.data[n] == '.') {
        for (n++; n < text.len && text.data[n] >= '0' && text.data[n] <= '9';
             n++)
        {
            /* void */
        }

        if (text.data[n - 1] == '.') {
            return -1;
        }
    }

    text.data += n;
    text.len -= n;

    if (!dm_time_valid(&t) || dm_time_offset(text, &offset) != 0) {
        return -1;
    }

    *seconds = dm_time_days(&t) * 86400 + t.hour * 3600 + t.minute * 60
               + t.second - offset;

    return *seconds < 0 ? -1 : 0;
}


/* `width` digits, and what ends them. */
static char *
dm_time_digits(char *out, uint64_t n, size_t width, char end)
{
    size_t  i;

    for (i = width; i != 0; i--, n /= 10) {
        out[i - 1] = (char) ('0' + n % 10);
    }

    out[width] = end;

    return out + width + 1;
}


/* dm_time_days() the other way round, in eras of 400 years. */
static void
dm_time_civil(uint64_t days, dm_civil_t *t)
{
    uint64_t  era, day, year, month;

    days += 719468;
    era = days / 146097;
    day = days % 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153;

    t->day = (int) (day - (153 * month + 2) / 5 + 1);
    t->month = (int) (month < 10 ? month + 3 : month - 9);
    t->year = (int) (year + era * 400 + (t->month <= 2));
}


void
dm_time_format(uint64_t milliseconds, char out[DM_TIME_LEN])
{
    uint64_t    seconds;
    dm_civil_t  t;

    seconds = milliseconds / 1000;
    dm_time_civil(seconds / 86400, &t);

    out = dm_time_digits(out, (uint64_t) t.year, 4, '-');
    out = dm_time_digits(out, (uint64_t) t.month, 2, '-');
    out = dm_time_digits(out, (uint64_t) t.day, 2, 'T');
    out = dm_time_digits(out, seconds / 3600 % 24, 2, ':');
    out = dm_time_digits(out, seconds / 60 % 60, 2, ':');
    out = dm_time_digits(out, seconds % 60, 2, '.');
    (void) dm_time_digits(out, milliseconds % 1000, 3, 'Z');
}
