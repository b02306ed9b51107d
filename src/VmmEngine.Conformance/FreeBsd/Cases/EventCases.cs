using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 8: exceptions, non-maskable interrupts, event info.</summary>
internal static class EventCases
{
    private const ulong Valid = 1UL << 31;
    private const ulong HasCode = 1UL << 11;
    private const ulong Nmi = 2 << 8;
    private const ulong Fault = 3 << 8;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_INJECT_EXCEPTION/no-such-vector-is-EINVAL", "8", "Exceptions are 0 to 31, and nobody raises a double fault.", vm =>
        {
            foreach (int vector in new[] { -1, 8, 32, 255, int.MaxValue })
            {
                vm.Expect(EINVAL, VM_INJECT_EXCEPTION, ExceptionEvent(0, vector));
            }
        }),
        OnVm("VM_INJECT_EXCEPTION/pending-is-EBUSY", "8", "One at a time.", vm =>
        {
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
            vm.Expect(EBUSY, VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
            vm.Expect(EBUSY, VM_INJECT_EXCEPTION, ExceptionEvent(0, 13));
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(1, 6));
        }),
        OnVm("VM_INJECT_EXCEPTION/bad-vector-comes-before-pending-and-is-EINVAL", "8", "The vector is judged first.", vm =>
        {
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
            vm.Expect(EINVAL, VM_INJECT_EXCEPTION, ExceptionEvent(0, 8));
        }),
        OnVm("VM_INJECT_EXCEPTION/is-delivered-at-the-next-entry", "8", "Through the guest's table, before any of its instructions.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
            Check.Equal("the vector", (byte)6, vm.RunToPort(GuestCode.Vector));
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 13)); // the first is no longer pending
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_EXCEPTION/without-protection-no-error-code", "8", "Real mode pushes none.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 13, 0x1234, hasCode: true));
            Check.Equal("the vector", (byte)13, vm.RunToPort(GuestCode.Vector));
            // The stack holds AX, then IP, CS, flags.
            Check.Equal("the word above AX", (ushort)GuestCode.Start, BitConverter.ToUInt16(vm.Read(vm.Get(Registers.Rsp) + 2, 2)));
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_EXCEPTION/with-an-error-code", "8", "The handler finds it on its stack.", vm =>
        {
            vm.LoadLongMode(GuestCode.MarkForever);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 13, 0x1234, hasCode: true));
            Check.Equal("the vector", (byte)13, vm.RunToPort(GuestCode.Vector));
            // The stack holds RAX, then the code, then RIP.
            ulong stack = vm.Get(Registers.Rsp);
            Check.Equal("the error code", 0x1234UL, BitConverter.ToUInt64(vm.Read(stack + 8, 8)));
            Check.Equal("RIP", GuestCode.Start, BitConverter.ToUInt64(vm.Read(stack + 16, 8)));
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_EXCEPTION/after-an-exit-returns-behind-it", "5.1", "Without restarting, the handler returns to the next instruction.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6));
            vm.RunToPort(GuestCode.Vector);
            Check.Equal("the return address", (ushort)(GuestCode.Start + 2), BitConverter.ToUInt16(vm.Read(vm.Get(Registers.Rsp) + 2, 2)));
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_EXCEPTION/that-restarts-returns-to-it", "5.1", "With restart_instruction, to the exiting one: a fault.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 6, restarts: true));
            vm.RunToPort(GuestCode.Vector);
            Check.Equal("the return address", (ushort)GuestCode.Start, BitConverter.ToUInt16(vm.Read(vm.Get(Registers.Rsp) + 2, 2)));
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_NMI/is-delivered", "8", "Whatever the interrupt flag.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_INJECT_NMI, Int(0));
            Check.Equal("the vector", (byte)2, vm.RunToPort(GuestCode.Vector));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_NMI/several-are-one", "8", "It is a latch.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            for (int i = 0; i < 3; i++)
            {
                vm.Do(VM_INJECT_NMI, Int(0));
            }

            Check.Equal("the vector", (byte)2, vm.RunToPort(GuestCode.Vector));
            vm.RunToPort(GuestCode.Mark);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_NMI/reaches-a-running-vCPU", "8", "Without waiting for its next exit.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            RunningVcpu running = vm.EnterCounting();
            vm.Do(VM_INJECT_NMI, Int(0));
            Exit exit = running.Wait();
            Check.Equal("code, port, vector", (Exits.Inout, GuestCode.Vector, 2U), (exit.Code, exit.Port, exit.Eax & 0xFF));
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_NMI/wakes-a-halted-vCPU", "5.5", "A halt ends for it.", vm =>
        {
            vm.LoadRealMode(0xFB, 0xE6, 0x98, 0xF4, 0xEB, 0xFD); // sti; out 98h, al; hlt; jmp back to the hlt
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            vm.RunToPort(GuestCode.Mark);
            RunningVcpu running = vm.Enter();
            vm.Do(VM_INJECT_NMI, Int(0));
            Check.Equal("the vector", 2U, running.Wait().Eax & 0xFF);
        }, also: "VM_RUN"),
        OnVm("VM_INJECT_NMI/before-the-vCPU-runs-at-all", "8", "It always succeeds.", vm => vm.Do(VM_INJECT_NMI, Int(1))),
        OnVm("VM_SET_INTINFO/malformed-is-EINVAL", "8", "A non-maskable interrupt has vector 2, an exception one below 32, reserved bits are 0.", vm =>
        {
            foreach (ulong info in new[] { Valid | Nmi | 3, Valid | Fault | 32, Valid | Fault | 255, Valid | 0x30 | (1 << 12), Valid | 0x30 | (1 << 30) })
            {
                vm.Expect(EINVAL, VM_SET_INTINFO, EventInfo(0, info));
            }

            Check.Equal("info1", 0UL, vm.Do(VM_GET_INTINFO, EventInfo(0)).U64(8));
        }, also: "VM_GET_INTINFO"),
        OnVm("VM_SET_INTINFO/what-is-set-is-got", "8", "Until it is delivered; the second word is ignored.", vm =>
        {
            vm.Do(VM_SET_INTINFO, EventInfo(0, Valid | 0x30, Valid | Fault | 6));
            Struct info = vm.Do(VM_GET_INTINFO, EventInfo(0, 77, 77));
            Check.Equal("info1, info2", (Valid | 0x30, 0UL), (info.U64(8), info.U64(16)));
        }, also: "VM_GET_INTINFO"),
        OnVm("VM_SET_INTINFO/invalid-clears", "8", "An event that is not valid is none.", vm =>
        {
            vm.Do(VM_SET_INTINFO, EventInfo(0, Valid | 0x30));
            vm.Do(VM_SET_INTINFO, EventInfo(0));
            Check.Equal("info1", 0UL, vm.Do(VM_GET_INTINFO, EventInfo(0)).U64(8));
        }, also: "VM_GET_INTINFO"),
        OnVm("VM_SET_INTINFO/is-delivered-at-the-next-entry", "8", "It has been accepted before: the interrupt flag has no say any more.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_SET_INTINFO, EventInfo(0, Valid | 0x30));
            Check.Equal("the vector", (byte)0x30, vm.RunToPort(GuestCode.Vector));
            Check.Equal("info1", 0UL, vm.Do(VM_GET_INTINFO, EventInfo(0)).U64(8));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN VM_GET_INTINFO"),
        OnVm("VM_GET_INTINFO/shows-the-injected-exception", "8", "In the second word, in the same form.", vm =>
        {
            vm.LoadLongMode(GuestCode.MarkForever);
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 13, 5, hasCode: true));
            Struct info = vm.Do(VM_GET_INTINFO, EventInfo(0));
            Check.Equal("info1, info2", (0UL, (5UL << 32) | Valid | HasCode | Fault | 13), (info.U64(8), info.U64(16)));
        }, also: "VM_INJECT_EXCEPTION"),
        OnVm("VM_SET_INTINFO/two-contributory-faults-are-a-double-fault", "8", "What is injected meets what was being delivered, by the processor's table.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_SET_INTINFO, EventInfo(0, Valid | Fault | 13));
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 13));
            Check.Equal("the vector", (byte)8, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_INJECT_EXCEPTION VM_RUN"),
        OnVm("VM_SET_INTINFO/a-fault-in-a-double-fault-ends-the-guest", "8", "A triple fault suspends.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_SET_INTINFO, EventInfo(0, Valid | Fault | 8));
            vm.Do(VM_INJECT_EXCEPTION, ExceptionEvent(0, 13));
            vm.RunToSuspend(Exits.TripleFault);
        }, also: "VM_INJECT_EXCEPTION VM_RUN"),
    ];
}
