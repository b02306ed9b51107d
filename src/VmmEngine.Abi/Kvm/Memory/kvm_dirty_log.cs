namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_DIRTY_LOG, 16 bytes. linux/kvm.h. The bits go through <see cref="dirty_bitmap"/>.</summary>
public unsafe struct kvm_dirty_log
{
    public uint slot;
    public uint padding1;

    /// <summary>One bit a page, rounded up to 64 bits.</summary>
    public void* dirty_bitmap;
}

/// <summary>Argument of KVM_CLEAR_DIRTY_LOG, 24 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_clear_dirty_log
{
    public uint slot;
    public uint num_pages;

    /// <summary>Page number in the slot, a multiple of 64.</summary>
    public ulong first_page;

    /// <summary>One bit a page from <see cref="first_page"/> on; the pages of set bits are protected again.</summary>
    public void* dirty_bitmap;
}
