using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.7: the clock page, which guests and clients may ask for.</summary>
internal static class ClockCases
{
    private const ulong Record = 0x4000;
    private const uint Msr = 0x4B56_4D01;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("VMM_IOC_READVMPARAMS/nothing-is-set-at-first", "7.7", "No page, no version.", guest =>
        {
            Struct read = guest.Do(guest.Revision.ReadParameters, Parameters(guest.Id, ClockAddress | ClockVersion, 0xEEEE, 0xEEEE));
            Check.Equal("the address", 0UL, read.U64(16));
            Check.Equal("the version", 0u, read.U32(24));
        }),
        .. OnVm("VMM_IOC_READVMPARAMS/reads-what-its-mask-says", "7.7", "The rest stays as it was passed; other bits mean nothing.", guest =>
        {
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress | ClockVersion, Record | 1, 6));
            Struct read = guest.Do(guest.Revision.ReadParameters, Parameters(guest.Id, ClockAddress, 0, 0xEEEE));
            Check.Equal("the address", Record | 1, read.U64(16));
            Check.Equal("the version's place", 0xEEEEu, read.U32(24));
            read = guest.Do(guest.Revision.ReadParameters, Parameters(guest.Id, ~3u, 0xEEEE, 0xEEEE));
            Check.Equal("the address's place", 0xEEEEUL, read.U64(16));
            Check.Equal("the version's place", 0xEEEEu, read.U32(24));
        }, also: "WRITEVMPARAMS"),
        .. OnVm("VMM_IOC_WRITEVMPARAMS/writes-what-its-mask-says", "7.7", "Address and version by themselves.", guest =>
        {
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress, Record, 8));
            Check.Equal("the address", Record, Read(guest).U64(16));
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockVersion, 0, 12));
            Check.Equal("the version", 12u, Read(guest).U32(24));
            Check.Equal("the address, still", Record, Read(guest).U64(16));
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ~3u, 0, 0));
            Check.Equal("the version, still", 12u, Read(guest).U32(24));
        }, also: "READVMPARAMS"),
        .. new (string Name, ulong Address)[]
        {
            ("unaligned", Record + 8),
            ("in-no-range", 0x40_0000),
            ("beyond-all", 0xFFFF_FFFF_FFFF_FFF0),
            ("across-a-page", 0x4FF0),
            ("in-the-last-place", GuestCode.MemorySize - 32),
        }.SelectMany(place => OnVm($"VMM_IOC_WRITEVMPARAMS/{place.Name}-changes-nothing", "7.7", "And is no error.", guest =>
        {
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress, Record | 1));
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress, place.Address | 1));
            Check.Equal("the address", Record | 1, Read(guest).U64(16));
            guest.LoadRealMode(0x90, 0xE6, GuestCode.Mark);
            guest.RunToPort(GuestCode.Mark); // the exception that was queued is lost
        }, also: "READVMPARAMS RUN")),
        .. OnVm("VMM_IOC_WRITEVMPARAMS/the-place-before-the-last", "7.7", "Is the last that is taken.", guest =>
        {
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress, (GuestCode.MemorySize - 48) | 1));
            Check.Equal("the address", (GuestCode.MemorySize - 48) | 1, Read(guest).U64(16));
        }, also: "READVMPARAMS"),
        .. OnVm("VMM_IOC_WRITEVMPARAMS/writes-the-record", "7.7", "At once, of a vCPU that is stopped: odd while it is written, then even.", guest =>
        {
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress | ClockVersion, Record | 1, 6));
            (uint version, _, ulong time) = Look(guest);
            Check.Equal("the version", 8u, version);
            Check.Equal("the version that is read", version, Read(guest).U32(24));
            Check.That("the time", time != 0, "one", "0");
            Check.Equal("the shift", (byte)12, guest.Memory.Bytes[(int)Record + 28]);
        }, also: "READVMPARAMS"),
        .. OnVm("VMM_IOC_RUN/renews-the-clock", "7.4", "Before each entry: an even version, a time that does not go back, and how ticks become nanoseconds.", guest =>
        {
            guest.LoadRealMode(0xE6, 0x55, 0xE6, 0x56);
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress | ClockVersion, Record | 1, 6));
            Exit exit = guest.RunToPort(0x55);
            (uint version, ulong stamp, ulong time) = Look(guest);
            Check.Equal("the version", 0u, version % 2);
            Check.That("the multiplier", BitConverter.ToUInt32(guest.Memory.Bytes[(int)(Record + 24)..]) != 0, "one", "0");
            Check.Equal("the shift", (byte)12, guest.Memory.Bytes[(int)Record + 28]);
            Check.Equal("the stable flag", 1, guest.Memory.Bytes[(int)Record + 29] & 1);
            Check.Equal("the version that is read", version, Read(guest).U32(24));
            guest.Answer(exit);
            (uint laterVersion, ulong laterStamp, ulong laterTime) = Look(guest);
            Check.That("the second version", laterVersion > version && laterVersion % 2 == 0, $"even, and more than {version}", $"{laterVersion}");
            Check.That("the second time", laterTime >= time && laterStamp >= stamp, "not before the first", $"{laterTime}, {laterStamp} after {time}, {stamp}");
        }, also: "WRITEVMPARAMS READVMPARAMS"),
        .. OnVm("VMM_IOC_RUN/leaves-a-clock-alone-that-is-off", "7.7", "Bit 0 of the address says so.", guest =>
        {
            guest.LoadRealMode(0xE6, 0x55);
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, ClockAddress, Record));
            guest.RunToPort(0x55);
            Check.That("the record", guest.Memory.Bytes.Slice((int)Record, 32).IndexOfAnyExcept((byte)0) < 0, "zeros", "something else");
        }, also: "WRITEVMPARAMS"),
        .. OnVm("guest/sets-its-clock-by-MSR", "7.10", "The register is 4B564D01h; its value is as the client's.", guest =>
        {
            guest.LoadRealMode([.. WriteClock(Record | 1), 0xE6, 0x55]);
            guest.RunToPort(0x55);
            Check.Equal("the address", Record | 1, Read(guest).U64(16));
            guest.Run(answers: true);
            Check.That("the multiplier", BitConverter.ToUInt32(guest.Memory.Bytes[(int)(Record + 24)..]) != 0, "one", "0");
        }, also: "READVMPARAMS RUN"),
        .. OnVm("guest/gets-an-exception-for-a-bad-clock", "7.7", "By MSR it is told, unlike the client.", guest =>
        {
            guest.LoadRealMode([.. WriteClock(0x40_0001), 0xE6, 0x55]);
            guest.RunToHandler(13);
            Check.Equal("the address", 0UL, Read(guest).U64(16));
        }, also: "READVMPARAMS RUN"),
    ];

    // mov ecx, MSR; mov eax, low; xor edx, edx; wrmsr
    private static byte[] WriteClock(ulong value) =>
        [0x66, 0xB9, .. BitConverter.GetBytes(Msr), 0x66, 0xB8, .. BitConverter.GetBytes((uint)value), 0x66, 0x31, 0xD2, 0x0F, 0x30];

    private static Struct Read(Guest guest) => guest.Do(guest.Revision.ReadParameters, Parameters(guest.Id, ClockAddress | ClockVersion));

    private static (uint Version, ulong Stamp, ulong Time) Look(Guest guest)
    {
        ReadOnlySpan<byte> record = guest.Memory.Bytes.Slice((int)Record, 32);
        return (BitConverter.ToUInt32(record), BitConverter.ToUInt64(record[8..]), BitConverter.ToUInt64(record[16..]));
    }
}
