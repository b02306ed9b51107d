using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 5: the device, its descriptors, and its sleep.</summary>
internal static class DeviceCases
{
    // cmp byte [9000h], 0; je back; out 98h, al
    private static readonly byte[] WaitForByte = [0x80, 0x3E, 0x00, 0x90, 0x00, 0x74, 0xF9, 0xE6, GuestCode.Mark];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnHost("open/any-number-of-times", "5", "No open excludes another.", host =>
        {
            for (int i = 0; i < 40; i++)
            {
                host.Open(VmmClient.Path, i % 2 == 0 ? Access.Read : Access.Write);
            }
        }),
        .. OnHost("descriptor/mode-does-not-matter", "5", "The device never looks at what a descriptor is open for.", host =>
        {
            int reading = host.Open(VmmClient.Path, Access.Read);
            int writing = host.Open(VmmClient.Path, Access.Write);
            Guest guest = host.CreateUsual(descriptor: reading);
            host.Expect(0, writing, host.Revision.Terminate, Structs.Terminate(guest.Id));
        }, also: "CREATE TERM"),
        .. OnHost("descriptor/all-see-the-same-VMs", "5", "VMs are the device's, not a descriptor's.", host =>
        {
            Guest guest = host.CreateUsual();
            int other = host.Open(VmmClient.Path, caller: new Caller(1001) { ProcessId = 7 });
            host.Expect(0, other, host.Revision.ReadRegisters, Registers(guest.Id, RegisterState.General, out _));
        }, also: "READREGS"),
        .. OnHost("descriptor/a-VM-outlives-its-own", "5", "Closing ends nothing.", host =>
        {
            int descriptor = host.Open(VmmClient.Path);
            Guest guest = host.CreateUsual(descriptor: descriptor);
            Check.Equal("closing", 0, host.Scope.System.Close(descriptor));
            Check.Equal("the VM's state", VmRecord.Stopped, guest.State);
            guest.LoadRealMode(0xE6, GuestCode.Mark);
            guest.RunToPort(GuestCode.Mark);
        }, also: "CREATE INFO RUN"),
        .. OnHost("descriptor/a-duplicate-is-as-good", "5", "dup(2) makes no difference.", host =>
        {
            Check.Equal("dup", 0, host.Scope.System.Duplicate(host.Device, out int duplicate));
            Guest guest = host.CreateUsual(descriptor: duplicate);
            host.Scope.System.Close(duplicate);
            guest.Terminate();
        }, also: "CREATE TERM"),
        .. OnHost("VMM_IOC_CREATE/no-virtualization-is-EIO", "5", "A processor that refuses ends a creation.", host =>
            host.ExpectCreate(EIO, host.Backed(new MemoryRange(0, GuestCode.MemorySize))), new SystemSetup { Virtualization = false }),
        .. OnHost("VMM_IOC_CREATE/virtualization-comes-first-and-is-EIO", "6", "Even a creation that could not succeed switches it on first.", host =>
            host.ExpectCreate(EIO, []), new SystemSetup { Virtualization = false }),
        .. OnHost("sleep/commands-wait", "5", "While the machine sleeps commands wait, and go on afterwards; opening and closing do not wait.", host =>
        {
            Guest guest = host.CreateUsual();
            host.Machine.Suspend();
            int error = -1;
            CaseThread waiting = host.Scope.Start(() => error = host.Ioctl(host.Revision.ReadRegisters, Registers(guest.Id, 0, out _)));
            host.Scope.System.Close(host.Open(VmmClient.Path));
            Check.That("the command", !waiting.IsDone, "waiting", "returned");
            host.Machine.Resume();
            waiting.Join();
            Check.Equal("the command's answer", 0, error);
        }, also: "READREGS"),
        .. OnHost("sleep/waits-for-runs", "5", "Nothing takes a run out for it: it leaves by itself, with an exit or because the processor is wanted.", host =>
        {
            Guest guest = host.CreateUsual();
            guest.LoadRealMode(WaitForByte);
            RunningGuest running = new(guest);
            host.Scope.Await("the run has begun", () => guest.State == VmRecord.Running);
            CaseThread sleeping = host.Scope.Start(host.Machine.Suspend);
            host.Scope.Await("new calls wait", () => host.Machine.IsSuspended);
            guest.Write(GuestCode.Counter, 1);
            sleeping.Join();
            host.Machine.Resume();
            Check.Equal("the run's exit", Exits.Io, running.Wait().Reason);
            guest.Terminate();
        }, also: "RUN"),
        .. OnHost("sleep/VMs-survive", "5", "A guest goes on where it was.", host =>
        {
            Guest guest = host.CreateUsual();
            guest.LoadRealMode(0xB0, 0x2A, 0xE6, GuestCode.Mark, 0xE6, 0x55);
            Exit exit = guest.RunToPort(GuestCode.Mark);
            host.Machine.Suspend();
            host.Machine.Resume();
            exit = guest.Answer(exit);
            Check.Equal("the port", 0x55, exit.Port);
            Check.Equal("AL", 0x2Au, exit.Data);
        }, also: "RUN"),
        .. OnHost("sleep/twice-is-possible", "5", "Waking up makes everything as before.", host =>
        {
            host.Machine.Suspend();
            host.Machine.Resume();
            host.Machine.Suspend();
            host.Machine.Resume();
            host.CreateUsual().Terminate();
        }),
    ];
}
