using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 9: HPET and real-time clock.</summary>
internal static class ClockCases
{
    private const int Century = 50;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_GET_HPET_CAPABILITIES/low-half", "9", "Vendor 8086h, revision 1, a 32-bit counter, at least three timers.", vm =>
        {
            uint value = vm.Do(VM_GET_HPET_CAPABILITIES, Int(0)).U32(0);
            Check.Equal("vendor", 0x8086U, value >> 16);
            Check.Equal("revision", 1U, value & 0xFF);
            Check.Equal("the counter's bit for 64 bits", 0U, value & 0x2000);
            Check.That("timers", ((value >> 8) & 0x1F) is >= 2 and < 32, "3 to 32", $"{((value >> 8) & 0x1F) + 1}");
        }),
        OnVm("VM_GET_HPET_CAPABILITIES/is-what-the-guest-reads", "9", "The register at FED00000h.", vm =>
            Check.Equal("the register's low half", (ulong)vm.Do(VM_GET_HPET_CAPABILITIES, Int(0)).U32(0),
                vm.Do(VM_GET_KERNEMU_DEV, DeviceAccess(0, 3, 0xFED0_0000)).U64(16) & uint.MaxValue), also: "VM_GET_KERNEMU_DEV"),
        OnVm("VM_RTC_READ/no-such-register-is-EINVAL", "9", "There are 128.", vm =>
        {
            foreach (int register in new[] { -1, 128, int.MaxValue, int.MinValue })
            {
                vm.Expect(EINVAL, VM_RTC_READ, RtcData(register));
            }
        }),
        OnVm("VM_RTC_READ/every-register", "9", "Time, control and NVRAM.", vm =>
        {
            for (int register = 0; register < 128; register++)
            {
                vm.Do(VM_RTC_READ, RtcData(register));
            }
        }),
        OnVm("VM_RTC_WRITE/clock-register-is-EINVAL", "9", "0 to 13 and the century are the clock's.", vm =>
        {
            foreach (int register in new[] { 0, 4, 9, 10, 11, 12, 13, Century })
            {
                vm.Expect(EINVAL, VM_RTC_WRITE, RtcData(register, 1));
            }
        }),
        OnVm("VM_RTC_WRITE/no-such-register-is-EINVAL", "9", "There are 128.", vm =>
        {
            foreach (int register in new[] { -1, 128, int.MaxValue, int.MinValue })
            {
                vm.Expect(EINVAL, VM_RTC_WRITE, RtcData(register, 1));
            }
        }),
        OnVm("VM_RTC_WRITE/NVRAM-keeps", "9", "Every other register is memory.", vm =>
        {
            for (int register = 14; register < 128; register++)
            {
                if (register != Century)
                {
                    vm.Do(VM_RTC_WRITE, RtcData(register, (byte)(register ^ 0xA5)));
                }
            }

            for (int register = 14; register < 128; register++)
            {
                if (register != Century)
                {
                    Check.Equal($"register {register}", (byte)(register ^ 0xA5), vm.Do(VM_RTC_READ, RtcData(register)).U8(4));
                }
            }
        }, also: "VM_RTC_READ"),
        OnVm("VM_RTC_WRITE/is-what-the-guest-reads", "5.4", "Through ports 70h and 71h.", vm =>
        {
            vm.LoadRealMode(0xB0, 0x30, 0xE6, 0x70, 0xE4, 0x71, 0xE6, GuestCode.Mark); // mov al, 30h; out 70h, al; in al, 71h; out 98h, al
            vm.Do(VM_RTC_WRITE, RtcData(0x30, 0x5C));
            Check.Equal("the byte", (byte)0x5C, vm.RunToPort(GuestCode.Mark));
        }, also: "VM_RUN"),
        OnVm("VM_RTC_GETTIME/begins-at-zero", "9", "The client sets the clock.", vm =>
        {
            long seconds = (long)vm.Do(VM_RTC_GETTIME, new Struct(8)).U64(0);
            Check.That("the time of a new VM", seconds is >= 0 and < 60, "about 0", $"{seconds}");
        }),
        OnVm("VM_RTC_SETTIME/what-is-set-is-got", "9", "Seconds since 1970, and it goes on.", vm =>
        {
            vm.Do(VM_RTC_SETTIME, new Struct(8).U64(0, 1_700_000_000));
            long seconds = (long)vm.Do(VM_RTC_GETTIME, new Struct(8)).U64(0);
            Check.That("the time", seconds is >= 1_700_000_000 and < 1_700_000_060, "1700000000 and a little", $"{seconds}");
        }, also: "VM_RTC_GETTIME"),
        OnVm("VM_RTC_SETTIME/shows-in-the-registers", "9", "2023-11-14 22:13:20, in the format that register 11 says.", vm =>
        {
            vm.Do(VM_RTC_SETTIME, new Struct(8).U64(0, 1_700_000_000));
            bool binary = (vm.Do(VM_RTC_READ, RtcData(11)).U8(4) & 4) != 0;
            Check.Equal("day", Encode(14, binary), vm.Do(VM_RTC_READ, RtcData(7)).U8(4));
            Check.Equal("month", Encode(11, binary), vm.Do(VM_RTC_READ, RtcData(8)).U8(4));
            Check.Equal("year", Encode(23, binary), vm.Do(VM_RTC_READ, RtcData(9)).U8(4));
            Check.Equal("century", Encode(20, binary), vm.Do(VM_RTC_READ, RtcData(Century)).U8(4));
        }, also: "VM_RTC_READ"),
    ];

    private static byte Encode(int value, bool binary) => (byte)(binary ? value : (value / 10 * 16) + (value % 10));
}
