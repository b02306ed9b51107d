namespace VmmEngine.Platform;

/// <summary>What PC firmware expects to find in the clock's non-volatile memory: how much memory and how many processors there are.</summary>
internal static class CmosMemory
{
    private const int BaseKilobytes = 0x15;
    private const int ExtendedKilobytes = 0x17;
    private const int ExtendedKilobytesFound = 0x30;
    private const int Above16Megabytes = 0x34;
    private const int Above4Gigabytes = 0x5B;
    private const int OtherProcessors = 0x5F;

    private const ulong Megabyte = 1 << 20;
    private const ulong Unit = 1 << 16;

    /// <summary>Writes the sizes.</summary>
    /// <param name="rtc">The clock.</param>
    /// <param name="low">Bytes of memory from address 0.</param>
    /// <param name="high">Bytes of memory from 4 GiB.</param>
    /// <param name="vcpus">How many.</param>
    public static void Write(Rtc rtc, ulong low, ulong high, int vcpus)
    {
        ulong extended = Math.Min((low - Math.Min(low, Megabyte)) >> 10, ushort.MaxValue);
        SetWord(rtc, BaseKilobytes, 640);
        SetWord(rtc, ExtendedKilobytes, extended);
        SetWord(rtc, ExtendedKilobytesFound, extended);
        SetWord(rtc, Above16Megabytes, Math.Min((low - Math.Min(low, 16 * Megabyte)) / Unit, ushort.MaxValue));

        ulong above = Math.Min(high / Unit, 0xFF_FFFF);
        SetWord(rtc, Above4Gigabytes, above & 0xFFFF);
        rtc.SetMemory(Above4Gigabytes + 2, (byte)(above >> 16));
        rtc.SetMemory(OtherProcessors, (byte)Math.Clamp(vcpus - 1, 0, byte.MaxValue));
    }

    private static void SetWord(Rtc rtc, int offset, ulong value)
    {
        rtc.SetMemory(offset, (byte)value);
        rtc.SetMemory(offset + 1, (byte)(value >> 8));
    }
}
