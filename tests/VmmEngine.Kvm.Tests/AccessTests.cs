using VmmEngine.Backends;
using VmmEngine.Memory;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>What a guest does that leaves it.</summary>
public unsafe class AccessTests
{
    [KvmFact]
    public void AWriteToAPortIsAnExitAndTheNextRunGoesOn()
    {
        using KvmGuest guest = new([
            0xB0, 0x5A, // mov al, 0x5A
            0xE6, 0x80, // out 0x80, al
            0xB8, 0x34, 0x12, // mov ax, 0x1234
            0xBA, 0x00, 0x03, // mov dx, 0x300
            0xEF, // out dx, ax
            0xF4]); // hlt

        VcpuExit exit = guest.Exit();
        Assert.Equal((ExitReason.PortOut, 0x80, 1, 0x5AUL, 1u), (exit.Reason, exit.Port, exit.Size, exit.Data, exit.Count));
        exit = guest.Exit();
        Assert.Equal((ExitReason.PortOut, 0x300, 2, 0x1234UL), (exit.Reason, exit.Port, exit.Size, exit.Data));
        Assert.Equal(RunResult.Halted, guest.Run(RunFlags.ReturnOnHalt));
        Assert.Equal(RunResult.Halted, guest.Run(RunFlags.ReturnOnHalt));
    }

    [KvmFact]
    public void AnAnsweredReadOfAPortReachesTheRegister()
    {
        using KvmGuest guest = new([
            0x66, 0xB8, 0xFF, 0xFF, 0xFF, 0xFF, // mov eax, 0xFFFFFFFF
            0xE4, 0x60, // in al, 0x60
            0x66, 0x89, 0xC3, // mov ebx, eax
            0x66, 0xE5, 0x64, // in eax, 0x64
            0xF4]); // hlt

        Assert.Equal(ExitReason.PortIn, guest.Exit().Reason);
        guest.ExitAddress->Data = 0x42;
        VcpuExit exit = guest.Exit();
        Assert.Equal((ExitReason.PortIn, 0x64, 4), (exit.Reason, exit.Port, exit.Size));

        guest.ExitAddress->Data = 0xDEAD_BEEF;
        Assert.Equal(0xDEAD_BEEF, guest.General(0)); // reading the state has finished the instruction
        Assert.Equal(RunResult.Halted, guest.Run(RunFlags.ReturnOnHalt));
        Assert.Equal((0xDEAD_BEEF, 0xFFFF_FF42), (guest.General(0), guest.General(3)));
    }

    [KvmFact]
    public void DeviceMemoryIsReadAndWritten()
    {
        using KvmGuest guest = new([
            0xB8, 0x00, 0xF0, // mov ax, 0xF000
            0x8E, 0xD8, // mov ds, ax
            0xA1, 0x10, 0x00, // mov ax, [0x10]
            0x40, // inc ax
            0xA3, 0x20, 0x00, // mov [0x20], ax
            0xF4]); // hlt

        VcpuExit exit = guest.Exit();
        Assert.Equal((ExitReason.MmioRead, 0xF_0010UL, 2), (exit.Reason, exit.Address, exit.Size));
        guest.ExitAddress->Data = 0x0FFF;
        exit = guest.Exit();
        Assert.Equal((ExitReason.MmioWrite, 0xF_0020UL, 2, 0x1000UL), (exit.Reason, exit.Address, exit.Size, exit.Data));
        Assert.Equal(RunResult.Halted, guest.Run(RunFlags.ReturnOnHalt));
    }

    [KvmFact]
    public void StringInstructionsCarryTheirElements()
    {
        using KvmGuest guest = new([
            0xBE, 0x00, 0x20, // mov si, 0x2000
            0xBF, 0x00, 0x30, // mov di, 0x3000
            0xBA, 0x10, 0x00, // mov dx, 0x10
            0xB9, 0x04, 0x00, // mov cx, 4
            0xF3, 0x6E, // rep outsb
            0xB9, 0x03, 0x00, // mov cx, 3
            0xF3, 0x6D, // rep insw
            0xF4]); // hlt
        "ABCD"u8.CopyTo(guest.Memory[0x2000..]);
        Recorder device = new();
        guest.Bus.MapPorts(0x10, 1, device);

        Assert.Equal(RunResult.Halted, guest.Run(RunFlags.ReturnOnHalt));

        Assert.Equal("ABCD"u8.ToArray(), device.Written.Select(value => (byte)value));
        Assert.Equal(3, device.Reads);
        Assert.Equal([0x01, 0x77, 0x02, 0x77, 0x03, 0x77, 0x00], guest.Memory.Slice(0x3000, 7).ToArray());
    }

    [KvmFact]
    public void ATripleFaultIsAShutdown()
    {
        using KvmGuest guest = new([0x0F, 0x0B]); // ud2
        guest.EnterProtectedMode(); // without a single gate

        Assert.Equal(ExitReason.Shutdown, guest.Exit().Reason);
    }

    [KvmFact]
    public void ReadOnlyMemoryIsReadAndItsWriteIsAMemoryFault()
    {
        using KvmGuest guest = new([
            0xB8, 0x00, 0x20, // mov ax, 0x2000
            0x8E, 0xD8, // mov ds, ax
            0xA0, 0x05, 0x00, // mov al, [5]
            0xA2, 0x06, 0x00, // mov [6], al
            0xF4]); // hlt
        void* rom = System.Runtime.InteropServices.NativeMemory.AlignedAlloc(4096, 4096);
        ((byte*)rom)[5] = 0x99;
        Assert.Equal(0, guest.Backend.Map(new Gpa(0x2_0000), new Hva((nuint)rom), 4096, MemoryProtection.Read | MemoryProtection.Execute));

        VcpuExit exit = guest.Exit();

        Assert.Equal((ExitReason.MemoryFault, 0x2_0006UL, (ulong)MemoryProtection.Write), (exit.Reason, exit.Address, exit.Detail));
        Assert.Equal(0x99UL, guest.General(0) & 0xFF);
        guest.Backend.Unmap(new Gpa(0x2_0000), 4096);
        guest.Begin(0);
        Assert.Equal(ExitReason.MmioRead, guest.Exit().Reason);
        System.Runtime.InteropServices.NativeMemory.AlignedFree(rom);
    }

    private sealed class Recorder : Bus.PortDevice
    {
        public List<uint> Written { get; } = [];

        public int Reads { get; private set; }

        public override uint Read(ushort port, int size) => 0x7700 + (uint)++Reads;

        public override void Write(ushort port, int size, uint value) => Written.Add(value);
    }
}
