using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>What a page's table entries say together.</summary>
[Flags]
internal enum PageRights : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Every level lets write.</summary>
    Write = 1,

    /// <summary>Every level lets privilege level 3 in.</summary>
    User = 2,

    /// <summary>Some level forbids fetches.</summary>
    NoExecute = 4,

    /// <summary>Survives a load of CR3.</summary>
    Global = 8,

    /// <summary>The leaf's dirty bit is set.</summary>
    Dirty = 16,

    /// <summary>The page is larger than 4 KiB.</summary>
    Large = 32,
}

/// <summary>One translation of a linear address by the guest's page tables: Intel SDM volume 3, chapter 4.</summary>
/// <remarks>
/// An entry that lies outside memory, or in memory that may not be read, reads as all ones, as from a bus where nobody answers; an update of an
/// entry in read-only memory is lost, and the translation is used nevertheless.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PageWalk
{
    /// <summary>Bits of a #PF error code.</summary>
    public const uint ErrorPresent = 1, ErrorWrite = 2, ErrorUser = 4, ErrorReserved = 8, ErrorFetch = 16;

    /// <summary>Bits of a table entry; the same in entries of 4 and of 8 bytes.</summary>
    public const ulong Present = 1, Writable = 2, UserPage = 4, Accessed = 0x20, Dirty = 0x40, PageSize = 0x80, GlobalPage = 0x100;

    /// <summary>Another vCPU changed an entry between its reading and its update so often: the update is taken for lost.</summary>
    private const int Attempts = 64;

    /// <summary>After success: the guest-physical address.</summary>
    public ulong Physical;

    /// <summary>After success: what is known of the page.</summary>
    public PageRights Rights;

    /// <summary>After failure: the error code of the #PF.</summary>
    public uint Error;

    private TablePath _path;

    /// <summary>Translates a canonical address, and sets accessed and dirty bits.</summary>
    /// <param name="walk">Receives the translation or the error.</param>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="linear">The address; only its low 32 bits count outside long mode.</param>
    /// <param name="access">What for.</param>
    /// <param name="privilege">Whose rights.</param>
    /// <returns>False: the address must not be used in this way.</returns>
    public static bool TryTranslate(PageWalk* walk, Cpu* cpu, ulong linear, Access access, Privilege privilege)
    {
        if (cpu->Mmu.Paging == PagingMode.Flat)
        {
            walk->Physical = (uint)linear;
            walk->Rights = PageRights.Write | PageRights.User | PageRights.Dirty;
            return true;
        }

        for (int attempt = 0; ; attempt++)
        {
            walk->Rights = PageRights.Write | PageRights.User;
            walk->_path.Depth = 0;
            uint error = Read(walk, cpu, linear);
            if (error == None)
            {
                error = Check(cpu, walk->Rights, access, privilege);
            }

            if (error != None)
            {
                walk->Error = error | Describe(cpu, access, privilege);
                return false;
            }

            if (TablePath.TryMark(&walk->_path, cpu, (access & Access.Write) != 0) || attempt == Attempts)
            {
                if ((access & Access.Write) != 0)
                {
                    walk->Rights |= PageRights.Dirty;
                }

                return true;
            }
        }
    }

    // No error: 0 is one (not present).
    private const uint None = uint.MaxValue;

    private static uint Read(PageWalk* walk, Cpu* cpu, ulong linear)
    {
        if (cpu->Mmu.Paging == PagingMode.TwoLevel)
        {
            return ReadTwoLevel(walk, cpu, (uint)linear);
        }

        ulong reserved = ((1UL << 52) - 1) & ~((1UL << PhysicalMap.AddressBits) - 1);
        if ((cpu->Efer & EferBits.NoExecute) == 0)
        {
            reserved |= 1UL << 63;
        }

        if (cpu->Mmu.Paging == PagingMode.FourLevel)
        {
            return ReadWide(walk, cpu, linear, cpu->Cr3, 4, reserved);
        }

        linear = (uint)linear;
        ulong pointer = cpu->Mmu.DirectoryPointers[linear >> 30];
        return (pointer & Present) == 0 ? 0 : ReadWide(walk, cpu, linear, pointer, 2, reserved | (0x7FFUL << 52));
    }

    private static uint ReadWide(PageWalk* walk, Cpu* cpu, ulong linear, ulong table, int level, ulong reserved)
    {
        for (; ; level--)
        {
            int shift = 12 + ((level - 1) * 9);
            ulong address = (table & FrameMask) + ((linear >> shift & 511) * 8);
            ulong entry = TablePath.ReadWide(&walk->_path, cpu, address);
            if ((entry & Present) == 0)
            {
                return 0;
            }

            bool leaf = level == 1 || (level < 4 && (entry & PageSize) != 0);
            ulong offset = (1UL << shift) - 1;

            // Bit 12 of a large page's entry is PAT; at level 4 the place of the size bit is reserved.
            ulong low = leaf && level > 1 ? offset & ~0x1FFFUL : level == 4 ? PageSize : 0;
            if ((entry & (reserved | low)) != 0)
            {
                return ErrorPresent | ErrorReserved;
            }

            Narrow(walk, entry, (entry >> 63) != 0);
            if (leaf)
            {
                Finish(walk, entry, level > 1);
                walk->Physical = (entry & FrameMask & ~offset) | (linear & offset);
                return None;
            }

            table = entry;
        }
    }

    private static uint ReadTwoLevel(PageWalk* walk, Cpu* cpu, uint linear)
    {
        uint directory = TablePath.ReadNarrow(&walk->_path, cpu, ((uint)cpu->Cr3 & ~0xFFFu) + ((linear >> 22) * 4));
        if ((directory & Present) == 0)
        {
            return 0;
        }

        if ((directory & PageSize) != 0 && (cpu->Cr4 & Cr4Bits.PageSizeExtensions) != 0)
        {
            if ((directory & (1u << 21)) != 0)
            {
                return ErrorPresent | ErrorReserved;
            }

            // Bits 13 to 20 are bits 32 to 39 of the address (PSE-36).
            Narrow(walk, directory, noExecute: false);
            Finish(walk, directory, large: true);
            walk->Physical = ((ulong)(directory >> 13 & 0xFF) << 32) | (directory & 0xFFC0_0000) | (linear & 0x3F_FFFF);
            return None;
        }

        Narrow(walk, directory, noExecute: false);
        uint entry = TablePath.ReadNarrow(&walk->_path, cpu, (directory & ~0xFFFu) + ((linear >> 12 & 1023) * 4));
        if ((entry & Present) == 0)
        {
            return 0;
        }

        Narrow(walk, entry, noExecute: false);
        Finish(walk, entry, large: false);
        walk->Physical = (entry & ~0xFFFu) | (linear & 0xFFF);
        return None;
    }

    /// <summary>The address in an entry or in CR3.</summary>
    private const ulong FrameMask = ((1UL << PhysicalMap.AddressBits) - 1) & ~0xFFFUL;

    private static void Narrow(PageWalk* walk, ulong entry, bool noExecute)
    {
        if ((entry & Writable) == 0)
        {
            walk->Rights &= ~PageRights.Write;
        }

        if ((entry & UserPage) == 0)
        {
            walk->Rights &= ~PageRights.User;
        }

        if (noExecute)
        {
            walk->Rights |= PageRights.NoExecute;
        }
    }

    private static void Finish(PageWalk* walk, ulong leaf, bool large)
        => walk->Rights |= ((leaf & GlobalPage) != 0 ? PageRights.Global : 0) | ((leaf & Dirty) != 0 ? PageRights.Dirty : 0) | (large ? PageRights.Large : 0);

    private static uint Check(Cpu* cpu, PageRights rights, Access access, Privilege privilege)
    {
        bool user = (rights & PageRights.User) != 0;
        bool allowed = (access & Access.Execute) != 0
            ? (rights & PageRights.NoExecute) == 0 && (privilege == Privilege.User ? user : !user || (cpu->Cr4 & Cr4Bits.SupervisorExecutionPrevention) == 0)
            : privilege switch { Privilege.User => user, Privilege.Guarded => !user, _ => true };
        if ((access & Access.Write) != 0 && !MayWrite(cpu, rights, privilege))
        {
            allowed = false;
        }

        return allowed ? None : ErrorPresent;
    }

    /// <summary>Whether a page that may be read may be written too.</summary>
    public static bool MayWrite(Cpu* cpu, PageRights rights, Privilege privilege)
        => (rights & PageRights.Write) != 0 || (privilege != Privilege.User && (cpu->Cr0 & Cr0Bits.WriteProtect) == 0);

    private static uint Describe(Cpu* cpu, Access access, Privilege privilege)
    {
        uint error = (access & Access.Write) != 0 ? ErrorWrite : 0;
        if (privilege == Privilege.User)
        {
            error |= ErrorUser;
        }

        bool tellsFetches = (cpu->Cr4 & Cr4Bits.SupervisorExecutionPrevention) != 0
            || ((cpu->Cr4 & Cr4Bits.PhysicalAddressExtension) != 0 && (cpu->Efer & EferBits.NoExecute) != 0);
        return (access & Access.Execute) != 0 && tellsFetches ? error | ErrorFetch : error;
    }
}
