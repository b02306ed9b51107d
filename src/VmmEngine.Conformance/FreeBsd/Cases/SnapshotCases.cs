using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 11: saving and restoring state.</summary>
internal static class SnapshotCases
{
    private const int Save = 0;
    private const int Restore = 1;
    private const int Rtc = 10;
    private const int BufferSize = 1 << 20;

    private static readonly (int Number, string Name)[] Parts =
    [
        (1, "the-IO-APIC"), (2, "the-VM"), (3, "local-APICs"), (5, "the-HPET"), (6, "vCPUs"), (7, "the-PIC-pair"), (8, "the-PIT"),
        (9, "the-power-management-timer"), (Rtc, "the-clock"),
    ];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_SNAPSHOT_REQ/without-the-build-option-is-ENOTTY", "11", "The commands are a build option.",
            vm => vm.Expect(ENOTTY, VM_SNAPSHOT_REQ, new Struct(64)), new SystemSetup { Snapshots = false }),
        OnVm("VM_SNAPSHOT_REQ_13/without-the-build-option-is-ENOTTY", "11", "The commands are a build option.",
            vm => vm.Expect(ENOTTY, VM_SNAPSHOT_REQ_13, new Struct(72)), new SystemSetup { Snapshots = false }),
        OnVm("VM_RESTORE_TIME/without-the-build-option-is-ENOTTY", "11", "The commands are a build option.",
            vm => vm.Expect(ENOTTY, VM_RESTORE_TIME, Int(0)), new SystemSetup { Snapshots = false }),
        OnVm("VM_SNAPSHOT_REQ/no-such-part-is-EINVAL", "11", "Nine parts are the system's; memory is the client's to save.", vm =>
        {
            Struct buffer = new(4096);
            foreach (int part in new[] { 0, 4, 11, -1, int.MaxValue })
            {
                vm.Expect(EINVAL, VM_SNAPSHOT_REQ, Snapshot(part, Save, buffer, (ulong)buffer.Size));
            }

        }),
        .. Parts.Select(part => OnVm($"VM_SNAPSHOT_REQ/{part.Name}-is-saved-and-restored", "11", "The position in the client's buffer comes back moved.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            Struct buffer = new(BufferSize);
            Struct saved = vm.Do(VM_SNAPSHOT_REQ, Snapshot(part.Number, Save, buffer, BufferSize));
            ulong used = BufferSize - saved.U64(48);
            Check.That("bytes of the part", used is > 0 and <= BufferSize, "some", $"{used}");
            Check.Equal("the position", (ulong)buffer.Address + used, saved.U64(40));
            vm.Do(VM_SNAPSHOT_REQ, Snapshot(part.Number, Restore, buffer, used));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN")),
        OnVm("VM_SNAPSHOT_REQ/brings-back", "11", "What was saved is there again.", vm =>
        {
            Struct buffer = new(BufferSize);
            vm.Do(VM_RTC_WRITE, RtcData(0x40, 0x11));
            Struct saved = vm.Do(VM_SNAPSHOT_REQ, Snapshot(Rtc, Save, buffer, BufferSize));
            vm.Do(VM_RTC_WRITE, RtcData(0x40, 0x22));
            vm.Do(VM_SNAPSHOT_REQ, Snapshot(Rtc, Restore, buffer, BufferSize - saved.U64(48)));
            Check.Equal("the byte of NVRAM", (byte)0x11, vm.Do(VM_RTC_READ, RtcData(0x40)).U8(4));
        }),
        OnVm("VM_SNAPSHOT_REQ/unwritable-buffer-is-EFAULT", "11", "The buffer is the client's memory.",
            vm => vm.Expect(EFAULT, VM_SNAPSHOT_REQ, Snapshot(Rtc, Save, BadPointer, 65536))),
        OnVm("VM_SNAPSHOT_REQ_13/has-a-pointer-more", "11", "The older form begins with a pointer that nobody uses.", vm =>
        {
            Struct buffer = new(BufferSize);
            Struct newer = Snapshot(Rtc, Save, buffer, BufferSize);
            Struct older = new(72);
            newer.Bytes.CopyTo(older.Bytes[8..]);
            vm.Do(VM_SNAPSHOT_REQ_13, older);
            GC.KeepAlive(newer); // the pointers that were copied are its
            Check.That("the bytes left", older.U64(56) < BufferSize, "less than before", "as many as before");
        }),
        OnVm("VM_RESTORE_TIME/succeeds", "11", "After a restore, clocks are set against the host's.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_RESTORE_TIME, Int(0));
            vm.RunToPort(GuestCode.Mark);
        }),
    ];
}
