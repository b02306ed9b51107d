using Iced.Intel;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Tests.Client;

/// <summary>Guests whose code begins in protected or in 64-bit mode, with usual tables in low memory.</summary>
internal static class ClientModes
{
    public const ulong Gdt = 0x600;
    public const ulong Idt = 0x800;
    public const ulong PageTables = 0x9000;
    public const ulong Tss = 0xC000;
    public const ulong OtherTss = 0xC100;

    public const ushort Code32 = 0x08;
    public const ushort Data = 0x10;
    public const ushort Code64 = 0x18;
    public const ushort TssSelector = 0x20;
    public const ushort OtherTssSelector = 0x28;

    /// <summary>Linear addresses from here on lie, 2 MiB far, where no memory is: at <see cref="Device"/>.</summary>
    public const ulong DeviceWindow = 0x20_0000;
    public const ulong Device = 0x4000_0000;

    private const ulong Prologue = 0x3000;
    private const int FlatAccess = 0xC093;
    private const int FlatCodeAccess = 0xC09B;
    private const int BusyTssAccess = 0x8B;

    public static byte[] Assemble(int bitness, ulong address, Action<Assembler> write)
    {
        Assembler c = new(bitness);
        write(c);
        using MemoryStream bytes = new();
        c.Assemble(new StreamCodeWriter(bytes), address);
        return bytes.ToArray();
    }

    /// <summary>32-bit protected mode without paging, flat segments, a task.</summary>
    public static ClientGuest Protected(BackendFactory factory, Action<Assembler> code)
    {
        ClientGuest guest = new(factory, Assemble(32, ClientGuest.Start, code));
        Enter(guest);
        return guest;
    }

    /// <summary>64-bit mode, into which a few instructions lead: 2 MiB one to one, and <see cref="DeviceWindow"/>.</summary>
    public static ClientGuest Long(BackendFactory factory, Action<Assembler> code)
    {
        ClientGuest guest = new(factory, Assemble(64, ClientGuest.Start, code));
        Enter(guest);
        Write(guest, PageTables, (PageTables + 0x1000) | 7);
        Write(guest, PageTables + 0x1000, (PageTables + 0x2000) | 7);
        Write(guest, PageTables + 0x2000, 0x87, Device | 0x87);
        guest.Vm.Write((long)Prologue, Assemble(32, Prologue, EnterLongMode));
        guest.Set(vm_reg_name.VM_REG_GUEST_RIP, Prologue);
        return guest;
    }

    public static void Write(ClientGuest guest, ulong address, params ulong[] words)
    {
        byte[] bytes = new byte[words.Length * sizeof(ulong)];
        Buffer.BlockCopy(words, 0, bytes, 0, bytes.Length);
        guest.Vm.Write((long)address, bytes);
    }

    private static void Enter(ClientGuest guest)
    {
        Write(guest, Gdt, 0, 0x00CF_9B00_0000_FFFF, 0x00CF_9300_0000_FFFF, 0x00AF_9B00_0000_FFFF, TssDescriptor(Tss, 0xB), TssDescriptor(OtherTss, 0x9));
        guest.Set(vm_reg_name.VM_REG_GUEST_CR0, guest.Get(vm_reg_name.VM_REG_GUEST_CR0) | 1);
        Describe(guest, vm_reg_name.VM_REG_GUEST_GDTR, Gdt, (6 * 8) - 1, 0);
        Describe(guest, vm_reg_name.VM_REG_GUEST_IDTR, Idt, (32 * 8) - 1, 0);
        Describe(guest, vm_reg_name.VM_REG_GUEST_TR, Tss, 0x67, BusyTssAccess, TssSelector);
        Describe(guest, vm_reg_name.VM_REG_GUEST_CS, 0, uint.MaxValue, FlatCodeAccess, Code32);
        foreach (int segment in new[] { vm_reg_name.VM_REG_GUEST_DS, vm_reg_name.VM_REG_GUEST_ES, vm_reg_name.VM_REG_GUEST_SS })
        {
            Describe(guest, segment, 0, uint.MaxValue, FlatAccess, Data);
        }
    }

    private static void Describe(ClientGuest guest, int segment, ulong start, uint limit, int access, ushort selector = 0)
    {
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = segment, desc = new seg_desc { @base = start, limit = limit, access = (uint)access } });
        if (selector != 0)
        {
            guest.Set(segment, selector);
        }
    }

    private static ulong TssDescriptor(ulong address, ulong type) => 0x67 | (address << 16) | (type << 40) | (1UL << 47);

    private static void EnterLongMode(Assembler c)
    {
        c.mov(eax, (uint)PageTables);
        c.mov(cr3, eax);
        c.mov(eax, cr4);
        c.or(eax, 0x20);
        c.mov(cr4, eax);
        c.mov(ecx, 0xC000_0080);
        c.rdmsr();
        c.or(eax, 0x100);
        c.wrmsr();
        c.mov(eax, cr0);
        c.or(eax, 0x8000_0000);
        c.mov(cr0, eax);
        c.push(Code64);
        c.push((uint)ClientGuest.Start);
        c.AddInstruction(Instruction.Create(Code.Retfd));
    }
}
