namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_RTC_READ and VM_RTC_WRITE, 8 bytes. Sheet section 9.</summary>
public struct vm_rtc_data
{
    /// <summary>Index into the clock's 128 bytes; writes also refuse 0 to 13 and 50.</summary>
    public int offset;

    public byte value;
}

/// <summary>Argument of VM_RTC_GETTIME and VM_RTC_SETTIME, 8 bytes. Sheet section 9.</summary>
public struct vm_rtc_time
{
    /// <summary>Seconds since 1970, UTC.</summary>
    public long secs;
}
