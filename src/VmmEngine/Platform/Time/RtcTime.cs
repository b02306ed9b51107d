using static VmmEngine.Platform.RtcRegisters;

namespace VmmEngine.Platform;

/// <summary>The time between seconds since 1970 and the registers' formats: BCD or binary, 12 or 24 hours.</summary>
internal static class RtcTime
{
    private const long SecondsPerDay = 86_400;

    // What the registers can say: years 0 to 9999, of which DateTime has 1 to 9999.
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>True for a time that the registers can say.</summary>
    public static bool IsInCalendar(long seconds) => seconds >= Earliest && seconds <= Latest;

    /// <summary>Writes a time into the registers. The calendar ends with the year 9999, and stays there.</summary>
    public static void Write(Span<byte> registers, long seconds)
    {
        DateTime time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, Earliest, Latest)).UtcDateTime;
        byte format = registers[B];
        registers[Seconds] = Encode(time.Second, format);
        registers[Minutes] = Encode(time.Minute, format);
        registers[Hours] = EncodeHour(time.Hour, format);
        registers[WeekDay] = Encode((int)time.DayOfWeek + 1, format);
        registers[Day] = Encode(time.Day, format);
        registers[Month] = Encode(time.Month, format);
        registers[Year] = Encode(time.Year % 100, format);
        registers[Century] = Encode(time.Year / 100, format);
    }

    /// <summary>Reads the time from the registers.</summary>
    /// <returns>False if they hold no time that exists.</returns>
    public static bool TryRead(ReadOnlySpan<byte> registers, out long seconds)
    {
        byte format = registers[B];
        seconds = 0;
        if (!TryDecode(registers[Seconds], format, out int second) || !TryDecode(registers[Minutes], format, out int minute) ||
            !TryDecodeHour(registers[Hours], format, out int hour) || !TryDecode(registers[Day], format, out int day) ||
            !TryDecode(registers[Month], format, out int month) || !TryDecode(registers[Year], format, out int year) ||
            !TryDecode(registers[Century], format, out int century))
        {
            return false;
        }

        year += 100 * century;
        if (second > 59 || minute > 59 || year is < 1 or > 9999 || year % 100 != year - (100 * century) || month is < 1 or > 12 ||
            day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        seconds = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();
        return true;
    }

    /// <summary>How many seconds after a time the alarm registers match next, at least 1; null if they match no time.</summary>
    public static int? UntilAlarm(ReadOnlySpan<byte> registers, long seconds)
    {
        byte format = registers[B];
        if (!TryAlarm(registers[HoursAlarm], format, isHour: true, out int? hour) ||
            !TryAlarm(registers[MinutesAlarm], format, isHour: false, out int? minute) ||
            !TryAlarm(registers[SecondsAlarm], format, isHour: false, out int? second))
        {
            return null;
        }

        int now = (int)(((seconds % SecondsPerDay) + SecondsPerDay) % SecondsPerDay);
        int next = (now + 1) % (int)SecondsPerDay;
        int match = FirstMatch(next, hour, minute, second);
        match = match >= 0 ? match : FirstMatch(0, hour, minute, second) + (int)SecondsPerDay;
        return match - next + 1;
    }

    // The first matching second of the day from a second on, or -1. Each field that cannot match any more sends the search on to the next one above.
    private static int FirstMatch(int from, int? hour, int? minute, int? second)
    {
        for (int time = from; time < SecondsPerDay;)
        {
            if (hour is int h && time / 3_600 != h)
            {
                if (time / 3_600 > h)
                {
                    return -1;
                }

                time = h * 3_600;
            }
            else if (minute is int m && time / 60 % 60 != m)
            {
                time = ((time / 60) + 1) * 60;
            }
            else if (second is int s && time % 60 != s)
            {
                time++;
            }
            else
            {
                return time;
            }
        }

        return -1;
    }

    private static bool TryAlarm(byte value, byte format, bool isHour, out int? field)
    {
        field = null;
        if (value >= AlarmAny)
        {
            return true;
        }

        bool valid = isHour ? TryDecodeHour(value, format, out int number) : TryDecode(value, format, out number) && number < 60;
        field = number;
        return valid;
    }

    private static byte Encode(int value, byte format) => (byte)((format & Binary) != 0 ? value : (value / 10 * 16) + (value % 10));

    private static byte EncodeHour(int hour, byte format) =>
        (format & Hours24) != 0
            ? Encode(hour, format)
            : (byte)(Encode(hour % 12 == 0 ? 12 : hour % 12, format) | (hour >= 12 ? Afternoon : 0));

    private static bool TryDecode(byte value, byte format, out int number)
    {
        bool binary = (format & Binary) != 0;
        number = binary ? value : ((value >> 4) * 10) + (value & 15);
        return binary || ((value >> 4) < 10 && (value & 15) < 10);
    }

    private static bool TryDecodeHour(byte value, byte format, out int hour)
    {
        if ((format & Hours24) != 0)
        {
            return TryDecode(value, format, out hour) && hour < 24;
        }

        bool valid = TryDecode((byte)(value & ~Afternoon), format, out hour) && hour is >= 1 and <= 12;
        hour = (hour % 12) + ((value & Afternoon) != 0 ? 12 : 0);
        return valid;
    }
}
