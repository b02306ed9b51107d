namespace VmmEngine.Platform;

/// <summary>Registers of the MC146818 and their bits.</summary>
internal static class RtcRegisters
{
    public const int Seconds = 0x00;
    public const int SecondsAlarm = 0x01;
    public const int Minutes = 0x02;
    public const int MinutesAlarm = 0x03;
    public const int Hours = 0x04;
    public const int HoursAlarm = 0x05;
    public const int WeekDay = 0x06;
    public const int Day = 0x07;
    public const int Month = 0x08;
    public const int Year = 0x09;
    public const int A = 0x0A;
    public const int B = 0x0B;
    public const int C = 0x0C;
    public const int D = 0x0D;

    /// <summary>Not the chip's: where PC firmware keeps the century.</summary>
    public const int Century = 0x32;

    /// <summary>Bytes behind the index port.</summary>
    public const int Count = 0x80;

    /// <summary>A: an update begins in less than 244 microseconds, or is under way.</summary>
    public const byte UpdateInProgress = 0x80;

    /// <summary>A: the divider.</summary>
    public const byte DividerMask = 0x70;

    /// <summary>A: the divider of a 32,768 Hz crystal: the clock goes.</summary>
    public const byte DividerRuns = 0x20;

    /// <summary>A: the rate of the periodic interrupt.</summary>
    public const byte RateMask = 0x0F;

    /// <summary>B: updates stop, so that the time can be set.</summary>
    public const byte Set = 0x80;

    /// <summary>B: numbers are binary, not BCD.</summary>
    public const byte Binary = 0x04;

    /// <summary>B: hours are 0 to 23, not 1 to 12 with a bit for the afternoon.</summary>
    public const byte Hours24 = 0x02;

    /// <summary>B enables, C reports: periodic, alarm, update ended.</summary>
    public const byte Periodic = 0x40;

    /// <summary>The time is the alarm's.</summary>
    public const byte Alarm = 0x20;

    /// <summary>A second has begun.</summary>
    public const byte UpdateEnded = 0x10;

    /// <summary>C: the interrupt line is pulled.</summary>
    public const byte InterruptRequest = 0x80;

    /// <summary>D: the battery is good.</summary>
    public const byte ValidMemory = 0x80;

    /// <summary>An alarm register from here on matches every time.</summary>
    public const byte AlarmAny = 0xC0;

    /// <summary>The afternoon, in hours of twelve.</summary>
    public const byte Afternoon = 0x80;
}
