using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>No exit allocates managed memory.</summary>
public class AllocationTests
{
    [KvmTheory]
    [InlineData(RunFlags.AnswerUnclaimed)]
    [InlineData(RunFlags.AnswerUnclaimed | RunFlags.Record)]
    public void NoExitAllocates(RunFlags flags)
    {
        using KvmGuest guest = new([
            0xB8, 0x00, 0xF0, 0x8E, 0xD8, // mov ax, 0xF000; mov ds, ax
            0xB9, 0xE8, 0x03, // mov cx, 1000
            0xE6, 0x80, // out 0x80, al
            0xE4, 0x81, // in al, 0x81
            0xA0, 0x10, 0x00, // mov al, [0x10]
            0xA2, 0x10, 0x00, // mov [0x10], al
            0xE2, 0xF4, // loop
            0xF4]); // hlt
        guest.Bus.MapPorts(0x80, 2, new Quiet());
        Assert.Equal(RunResult.Halted, guest.Run(flags | RunFlags.ReturnOnHalt)); // warms up

        // The smallest of some: the runtime allocates on this thread once in a while, a run would every time.
        long smallest = long.MaxValue;
        for (int round = 0; round < 5 && smallest != 0; round++)
        {
            Restart(guest);
            long before = GC.GetAllocatedBytesForCurrentThread();
            RunResult result = guest.Run(flags | RunFlags.ReturnOnHalt);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(RunResult.Halted, result);
        }

        Assert.Equal(0, smallest);
    }

    [KvmTheory]
    [InlineData("E6 80")] // out 0x80, al
    [InlineData("A3 20 00")] // mov [0x20], ax
    [InlineData("66 89 4F 03")] // mov [bx+3], ecx
    [InlineData("AA")] // stosb
    public unsafe void TakingAnInstructionBackAllocatesNothing(string instruction)
    {
        using KvmGuest guest = new([0xB8, 0x00, 0xF0, 0x8E, 0xD8, 0x8E, 0xC0, .. Convert.FromHexString(instruction.Replace(" ", "", StringComparison.Ordinal))]);
        guest.Exit(); // mov ax, 0xF000; mov ds, ax; mov es, ax: no memory is there
        guest.Backend.Restart(guest.Vcpu);
        int taken = 0;

        // The smallest of some: a collection that another thread causes in the middle counts what is left of this thread's allocation buffer.
        long smallest = long.MaxValue;
        for (int i = 0; i < 100; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            taken += guest.Run(RunFlags.ReturnOnHalt) == RunResult.Exit ? 1 : 0;
            guest.Backend.Restart(guest.Vcpu);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal((0L, 100), (smallest, taken));
    }

    private static unsafe void Restart(KvmGuest guest)
    {
        Assert.Equal(0, guest.Backend.Reset(guest.Vcpu));
        guest.Begin(0);
    }

    private sealed class Quiet : PortDevice
    {
        public override uint Read(ushort port, int size) => port;

        public override void Write(ushort port, int size, uint value)
        {
        }
    }
}
